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
  /// - Parameters:
  ///   - texts: the training texts.
  ///   - labels: one a text: a name of the model's, or its place.
  ///   - parameters: what is trained.
  ///   - validation: texts and labels that decide which epoch is kept; the training texts when nil,
  ///     which say nothing of other texts.
  ///   - plan: how the training goes.
  ///   - execution: threads, and the seed that keys the order of the texts and what is dropped.
  /// - Throws: `input` for labels that are not the model's, `unsupported` for a model without a head,
  ///   one that was not loaded from a folder, or one in bfloat16; `checkpoint` for a state that another
  ///   training saved, `numeric` when the loss is no longer a number.
  public func fineTune<Text: Readable>(
    _ texts: [Text], labels: [String], parameters: TrainedParameters = .all,
    validation: (texts: [Text], labels: [String])? = nil, plan: TrainingPlan = .fineTuning,
    execution: Execution = .automatic
  ) throws(AssayError) -> TrainedModel {
    try requireTrainable()
    guard !card.labels.isEmpty, Folder.holds(origin + "/config.json") else {
      throw AssayError(
        .unsupported, "model", expected: "one with labels, loaded from a folder",
        found: card.labels.isEmpty ? "the \(card.family) model without labels" : origin)
    }
    var options = try plan.options(
      seed: execution.seed, rate: plan.learningRate ?? parameters.parts.rate)
    options.selection = plan.selection?.ofEngine ?? .accuracy
    let train = try LabelledTexts(
      texts, labels, names: card.labels, weights: plan.classWeights, of: self)
    let held = try validation.map { given throws(AssayError) in
      try LabelledTexts(given.texts, given.labels, names: card.labels, of: self)
    }
    let trainer = try Trainer(
      self, train.examples, options, training: parameters.parts.names(of: self))
    let (fitted, history) = try trainer.fit(held ?? train, plan, execution)
    let files = try [
      "config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
    ]
    .filter { Folder.holds("\(origin)/\($0)") }
    .map { name throws(AssayError) in
      (name: name, bytes: try MappedFile.bytes(of: "\(origin)/\(name)", limit: 1 << 28))
    }
    let config = try Value.parse(files[0].bytes, subject: origin + "/config.json")
    let tuned = try Model(
      Checkpoint(
        configuration: config, tensors: self.parameters(with: fitted.parameters), path: origin))
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
