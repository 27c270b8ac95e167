import Models
import Tensors
import Training
import Values

/// Which parameters of a model are trained.
public enum TrainedParameters: Sendable, Equatable {
  /// All of them.
  case all
  /// Every bias and nothing else.
  case bias
  /// What stands above the last block.
  case head

  fileprivate var parts: TrainedParts {
    switch self {
    case .all: .all
    case .bias: .bias
    case .head: .head
    }
  }
}

extension Model {
  /// Trains a classifier on labelled texts and gives a new model; this one stays as it is.
  ///
  /// A model without labels, bare or of words, gets a new head: its labels are the different ones of
  /// the texts, sorted, and it is trained whatever `parameters` are.
  ///
  /// - Parameters:
  ///   - texts: the training texts.
  ///   - labels: one a text: a name of the model's, or its place.
  ///   - parameters: what is trained.
  ///   - validation: texts and labels that decide which epoch is kept; the training texts when nil,
  ///     which say nothing of other texts.
  ///   - plan: how the training goes.
  ///   - execution: threads, and the seed that keys a new head, the order of the texts and what is
  ///     dropped.
  /// - Throws: `input` for labels that are not the model's, `unsupported` for a family that takes no new
  ///   head, one that was not loaded from a folder, or one in bfloat16; `checkpoint` for a state that another
  ///   training saved, `numeric` when the loss is no longer a number.
  public func fineTune<Text: Readable>(
    _ texts: [Text], labels: [String], parameters: TrainedParameters = .all,
    validation: (texts: [Text], labels: [String])? = nil, plan: TrainingPlan = .fineTuning,
    execution: Execution = .automatic
  ) throws(AssayError) -> TrainedModel {
    guard Folder.holds(origin + "/config.json") else {
      throw AssayError(
        .unsupported, "model", expected: "one that was loaded from a folder", found: origin)
    }
    var files = try [
      "config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
    ]
    .filter { Folder.holds("\(origin)/\($0)") }
    .map { name throws(AssayError) in
      (name: name, bytes: try MappedFile.bytes(of: "\(origin)/\(name)", limit: 1 << 28))
    }
    var config = try Value.parse(files[0].bytes, subject: origin + "/config.json")
    var (start, parts) = (self, parameters.parts)
    if card.labels.isEmpty {
      try LabelledTexts.require(texts.count, labels.count)
      let made = try FreshHead.on(
        self, try Configuration(config, subject: origin + "/config.json"),
        labels: try LabelledTexts.names(labels, given: nil), seed: execution.seed, execution)
      config = .record(Array(made.configuration.object))
      files[0].bytes = config.jsonBytes
      start = try Model(made)
      if let reader { start = start.with(reader) }
      if parts == .bias { parts = .biasAndHead }
    }
    try start.requireTrainable()
    var options = try plan.options(
      seed: execution.seed, rate: plan.learningRate ?? parts.rate)
    options.selection = plan.selection?.ofEngine ?? .accuracy
    let train = try LabelledTexts(
      texts, labels, names: start.card.labels, weights: plan.classWeights, of: start)
    let held = try validation.map { given throws(AssayError) in
      try LabelledTexts(given.texts, given.labels, names: start.card.labels, of: start)
    }
    let trainer = try Trainer(start, train.examples, options, training: parts.names(of: start))
    let (fitted, history) = try trainer.fit(held ?? train, plan, execution)
    let tuned = try Model(
      Checkpoint(
        configuration: config, tensors: start.parameters(with: fitted.parameters), path: origin))
    return TrainedModel(
      model: reader.map(tuned.with) ?? tuned, history: history.map(TrainedModel.Evaluation.init),
      files: files)
  }

  /// Trains without holding up the caller's thread.
  ///
  /// `progress` is told at most every 50 ms how far the work is.
  ///
  /// - Throws: `cancelled` when the task is, after the state was saved where there is one, and what it
  ///   throws elsewhere.
  public func fineTune<Text: Readable>(
    _ texts: [Text], labels: [String], parameters: TrainedParameters = .all,
    validation: (texts: [Text], labels: [String])? = nil, plan: TrainingPlan = .fineTuning,
    execution: Execution = .automatic, progress: ProgressHandler? = nil
  ) async throws(AssayError) -> TrainedModel {
    try await execution.aside(progress) { execution throws(AssayError) in
      try fineTune(
        texts, labels: labels, parameters: parameters, validation: validation, plan: plan,
        execution: execution)
    }
  }
}
