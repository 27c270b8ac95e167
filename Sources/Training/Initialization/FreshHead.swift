import Models
import Tensors
import Values

/// A new head of labels on an encoder that has none, or that predicts words.
///
/// A sequence classifier of the `transformers` library is what comes out: names and shapes must stay in
/// sync with the families' files, whose loading checks them.
package enum FreshHead {
  /// What a family's sequence classifier has above its encoder.
  struct Plan: Sendable {
    /// The prefix of the encoder's tensors.
    let encoder: String
    /// What the library calls the classifier.
    let architecture: String
    /// Layers as wide as the stream, unless the encoder brings them.
    var hidden: [String] = []
    /// The layer that gives one score a label.
    let scores: String
    /// A norm without an offset between them, which starts as ones.
    var norm: String?
    /// Which layers have biases.
    var hiddenBias = true
    var scoreBias = true
  }

  /// The families that take one, by `model_type`.
  static let plans: KeyValuePairs<String, Plan> = [
    "bert": Plan(
      encoder: "bert", architecture: "BertForSequenceClassification",
      hidden: ["bert.pooler.dense"], scores: "classifier"),
    "ernie": Plan(
      encoder: "ernie", architecture: "ErnieForSequenceClassification",
      hidden: ["ernie.pooler.dense"], scores: "classifier"),
    "mpnet": Plan(roberta: "mpnet", "MPNetForSequenceClassification"),
    "distilbert": Plan(
      encoder: "distilbert", architecture: "DistilBertForSequenceClassification",
      hidden: ["pre_classifier"], scores: "classifier"),
    "roberta": Plan(roberta: "roberta", "RobertaForSequenceClassification"),
    "xlm-roberta": Plan(roberta: "roberta", "XLMRobertaForSequenceClassification"),
    "camembert": Plan(roberta: "roberta", "CamembertForSequenceClassification"),
    "data2vec-text": Plan(roberta: "data2vec_text", "Data2VecTextForSequenceClassification"),
    "electra": Plan(roberta: "electra", "ElectraForSequenceClassification"),
    "albert": Plan(
      encoder: "albert", architecture: "AlbertForSequenceClassification",
      hidden: ["albert.pooler"], scores: "classifier"),
    "deberta-v2": Plan(
      encoder: "deberta", architecture: "DebertaV2ForSequenceClassification",
      hidden: ["pooler.dense"], scores: "classifier"),
    "modernbert": Plan(
      encoder: "model", architecture: "ModernBertForSequenceClassification",
      hidden: ["head.dense"], scores: "classifier", norm: "head.norm", hiddenBias: false),
    "gpt2": Plan(causal: "transformer", "GPT2ForSequenceClassification"),
    "llama": Plan(causal: "model", "LlamaForSequenceClassification"),
    "mistral": Plan(causal: "model", "MistralForSequenceClassification"),
    "qwen2": Plan(causal: "model", "Qwen2ForSequenceClassification"),
    "qwen3": Plan(causal: "model", "Qwen3ForSequenceClassification"),
    "gemma3_text": Plan(causal: "model", "Gemma3TextForSequenceClassification"),
    "gpt_neox": Plan(causal: "gpt_neox", "GPTNeoXForSequenceClassification"),
  ]

  /// The encoder of a model under a new head: matrices normal with standard deviation
  /// `initializer_range`, biases zero, each with random numbers of its own.
  ///
  /// What stood above the encoder is left out, but for a pooler that the new head reads.
  ///
  /// - Parameters:
  ///   - labels: one name a score, each once, at least two.
  ///   - configuration: the model's.
  /// - Throws: `unsupported` for a model that tells labels apart already and for a family that takes no
  ///   head, `input` for names that are no labels, `memory`, `cancelled`.
  package static func on(
    _ model: Model, _ configuration: Configuration, labels: [String], seed: UInt64,
    _ execution: Execution = Execution()
  ) throws(AssayError) -> Checkpoint {
    guard model.card.labels.isEmpty else {
      throw AssayError(
        .unsupported, "model", expected: "one without labels, which a new head brings",
        found: "one with the labels \(model.card.labels.joined(separator: ", "))")
    }
    guard labels.count >= 2, Set(labels).count == labels.count else {
      throw AssayError(
        .input, "labels", expected: "two or more different names",
        found: labels.isEmpty ? "none" : labels.joined(separator: ", "))
    }
    let plan = try plan(model.card.family)
    var made = UntrainedTensors(
      seed: seed,
      deviation: try configuration.number("initializer_range", in: 1e-6...1, default: 0.02),
      execution)
    let kept = plan.encoderTensors(of: model)
    for (name, tensor) in kept { made.add(name, tensor) }
    let known = Set(kept.map(\.name))
    let width = model.card.width
    for name in plan.hidden where !known.contains("\(name).weight") {
      try made.dense(name, inputs: width, outputs: width, bias: try plan.hasBias(configuration))
    }
    if let norm = plan.norm { made.add("\(norm).weight", .filled(1, [width])) }
    if let norm = plan.norm, try configuration.bool("norm_bias", default: false) {
      made.add("\(norm).bias", .zeros([width]))
    }
    try made.dense(plan.scores, inputs: width, outputs: labels.count, bias: plan.scoreBias)
    return try Checkpoint(
      configuration: plan.configuration(configuration, labels), tensors: made.tensors,
      path: "a new head")
  }

  private static func plan(_ family: String) throws(AssayError) -> Plan {
    if let plan = plans.first(where: { $0.key == family })?.value { return plan }
    throw AssayError(
      .unsupported, "model",
      expected: "a family that takes a new head: \(plans.map(\.key).joined(separator: ", "))",
      found: "the \(family) model")
  }
}

extension FreshHead.Plan {
  /// A hidden layer and one of scores below `classifier`, as RoBERTa has them.
  fileprivate init(roberta encoder: String, _ architecture: String) {
    self.init(
      encoder: encoder, architecture: architecture, hidden: ["classifier.dense"],
      scores: "classifier.out_proj")
  }

  /// One matrix that reads the last position.
  fileprivate init(causal encoder: String, _ architecture: String) {
    self.init(encoder: encoder, architecture: architecture, scores: "score", scoreBias: false)
  }

  /// The tensors of the encoder under its prefix; a bare encoder is stored without.
  fileprivate func encoderTensors(of model: Model) -> [(name: String, tensor: Tensor)] {
    let all = model.network.parameters.map { (name: $0.name, tensor: $0.tensor) }
    let prefixed = all.filter { $0.name.hasPrefix(encoder + ".") }
    return prefixed.isEmpty ? all.map { ("\(encoder).\($0.name)", $0.tensor) } : prefixed
  }

  /// Whether hidden layers have biases; ModernBERT's configuration may say so.
  fileprivate func hasBias(_ configuration: Configuration) throws(AssayError) -> Bool {
    if hiddenBias { return true }
    return try configuration.bool("classifier_bias", default: false)
  }

  /// The configuration of the classifier.
  fileprivate func configuration(_ old: Configuration, _ labels: [String]) -> Value {
    let named = labels.enumerated()
    let replaced = ["architectures", "id2label", "label2id", "num_labels", "problem_type"]
    return .record(
      old.object.filter { !replaced.contains($0.key) } + [
        ("architectures", .list([.text(architecture)])),
        ("id2label", .record(named.map { ("\($0.offset)", .text($0.element)) })),
        ("label2id", .record(named.map { ($0.element, .integer($0.offset)) })),
      ])
  }
}

extension UntrainedTensors {
  /// A matrix `[outputs, inputs]`, with a bias of zeros or without.
  fileprivate mutating func dense(
    _ name: String, inputs: Int, outputs: Int, bias: Bool
  ) throws(AssayError) {
    if bias {
      try linear(name, inputs: inputs, outputs: outputs)
    } else {
      try matrix(name, [outputs, inputs])
    }
  }
}
