import Models
import Tensors
import Tokenization
import Training
import Values

/// The trainable classifiers that the debate on attention was held about: words, an encoder, one learned
/// query that attends to its states, a linear decision (Jain & Wallace 2019).
///
/// The trained model's attention is one layer with one head and one query; what an intervention on it
/// leaves fixed are the encoder's states.
public struct AttentionClassifier: Sendable {
  /// What makes states of words.
  public enum Encoder: String, Sendable, CaseIterable {
    /// A recurrent network of both directions.
    case bilstm
    /// Filters over neighbouring words.
    case cnn
    /// Every word by itself.
    case average
  }

  /// How the query attends to a state.
  public enum Attention: String, Sendable, CaseIterable {
    /// By a small network (Bahdanau et al. 2015).
    case additive
    /// By a product.
    case dot
  }

  /// What makes states of words.
  public var encoder: Encoder
  /// How the query attends to them.
  public var attention: Attention
  /// Units of each direction of a BiLSTM, else of the whole encoder.
  public var hiddenSize = 128
  /// The length of a word's vector.
  public var embeddingSize = 300
  /// The widths of a CNN's filters.
  public var kernelSizes = [1, 3, 5, 7]
  /// The standard deviation of word vectors at the start.
  public var initializerRange = 1.0
  /// The names of the labels in the order of the scores; the sorted labels of the data when nil.
  public var labels: [String]?
  /// What reads the texts; one word a token, made from the training texts, when nil.
  public var words = WordVocabulary()

  /// A classifier that is not trained yet.
  public init(_ encoder: Encoder = .bilstm, _ attention: Attention = .additive) {
    self.encoder = encoder
    self.attention = attention
  }

  /// Trains from random weights and keeps the parameters that did best on the validation texts.
  ///
  /// Adam with amsgrad and coupled weight decay, none on the attention; batches of texts of similar
  /// length; cross-entropy, weighted by class and summed over a batch.
  ///
  /// - Parameters:
  ///   - texts: the training texts.
  ///   - labels: one a text.
  ///   - validation: texts and labels that decide which epoch is kept, never the first one when there
  ///     are several; the training texts when nil, which say nothing of other texts.
  ///   - plan: how the training goes.
  ///   - execution: threads, and the seed that keys the starting weights and the order of the texts.
  /// - Throws: `input` for fewer than two labels and for labels that do not fit, `option` for sizes that
  ///   no network has, `checkpoint` for a state that another training saved, `numeric` when the loss is
  ///   no longer a number.
  public func fit(
    _ texts: [String], labels: [String], validation: (texts: [String], labels: [String])? = nil,
    plan: TrainingPlan = .attentionClassifier, execution: Execution = .automatic
  ) throws(AssayError) -> TrainedModel {
    try LabelledTexts.require(texts.count, labels.count)
    let names = try LabelledTexts.names(labels, given: self.labels)
    let tokenizerFile = try words.tokenizer(of: texts)
    let tokenizer = try Tokenizer(tokenizerFile, subject: "tokenizer")
    let config = config(tokenizer, names)
    let start = try Untrained.model(
      try Configuration(config, subject: "config"), seed: execution.seed, execution
    ).with(tokenizer)
    let train = try LabelledTexts(
      texts, labels, names: names, weights: plan.classWeights, of: start)
    let held = try validation.map { given throws(AssayError) in
      try LabelledTexts(given.texts, given.labels, names: names, of: start)
    }
    var options = try plan.options(seed: execution.seed, rate: plan.learningRate ?? 1e-3)
    options.selection = plan.selection?.ofEngine ?? (names.count == 2 ? .area : .accuracy)
    options.ignoredEvaluations = validation != nil && plan.epochs > 1 ? 1 : 0
    (options.warmUp, options.holdsRate, options.clip) = (0, true, nil)
    (options.adam.couplesDecay, options.adam.amsgrad) = (true, true)
    (options.undecayed, options.sumsLosses) = (["attention."], true)
    let trainer = try Trainer(start, train.examples, options)
    let (fitted, history) = try trainer.fit(held ?? train, plan, execution)
    let model = try Model(
      Checkpoint(
        configuration: config, tensors: start.parameters(with: fitted.parameters),
        path: "\(encoder.rawValue) \(attention.rawValue)"))
    return TrainedModel(
      model: model.with(tokenizer), history: history.map(TrainedModel.Evaluation.init),
      files: [("config.json", config.jsonBytes), ("tokenizer.json", tokenizerFile.jsonBytes)])
  }

  /// Trains without holding up the caller's thread.
  ///
  /// `progress` is told at most every 50 ms how far the work is.
  ///
  /// - Throws: `cancelled` when the task is, after the state was saved where there is one, and what it
  ///   throws elsewhere.
  public func fit(
    _ texts: [String], labels: [String], validation: (texts: [String], labels: [String])? = nil,
    plan: TrainingPlan = .attentionClassifier, execution: Execution = .automatic,
    progress: ProgressHandler? = nil
  ) async throws(AssayError) -> TrainedModel {
    try await execution.aside(progress) { execution throws(AssayError) in
      try fit(texts, labels: labels, validation: validation, plan: plan, execution: execution)
    }
  }

  /// The model's `config.json`.
  private func config(_ tokenizer: Tokenizer, _ names: [String]) -> Value {
    [
      "model_type": "attention_classifier", "encoder": .text(encoder.rawValue),
      "attention": .text(attention.rawValue), "hidden_size": .integer(hiddenSize),
      "embedding_size": .integer(embeddingSize),
      "kernel_sizes": .list(kernelSizes.map { .integer($0) }),
      "initializer_range": .number(initializerRange), "vocab_size": .integer(tokenizer.size),
      "pad_token_id": .integer(tokenizer.vocabulary.pad ?? 0),
      "id2label": .record(names.enumerated().map { ("\($0.offset)", .text($0.element)) }),
    ]
  }
}
