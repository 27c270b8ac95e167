import Autodiff
import Models
import Tensors
import Training
import Values

extension Operations {
  /// Training.
  static let fitting: Group = [
    "fit": { call throws(AssayError) in
      var fields = try call.fields()
      let execution = try call.execution(&fields)
      let model = try fields.trainedModel(call, seed: execution.seed)
      var options = try fields.optional("options")?.trainingOptions() ?? TrainingOptions()
      options.seed = execution.seed
      let train = try fields.required("train").examples(for: model)
      let validation = try fields.required("validation").examples(for: model)
      let names = try fields.optional("parameters")?.parameterNames(of: model)
      let objective = try fields.optional("objective")?.objective(for: model, train)
      let state = try fields.optional("state")?.string()
      let resumes = try fields.optional("resume")?.boolean() ?? false
      try fields.finish()
      let trainer = Trainer(model, train, options, training: names, objective: objective)
      if let state, resumes { try trainer.resume(from: state) }
      return try trainer.record(validation: validation, state: state, execution)
    }
  ]
}

extension Trainer {
  /// Trains and says what came out. With a state file the training is saved there at every
  /// evaluation and when the caller stops it.
  fileprivate func record(
    validation: [TrainingExample], state: String?, _ execution: Execution
  ) throws(AssayError) -> Value {
    var history: [Value] = []
    let fitted: Fitted
    do throws(AssayError) {
      fitted = try fit(validation: validation, execution) { evaluation throws(AssayError) in
        history.append(.evaluation(evaluation))
        if let state { try save(to: state) }
      }
    } catch {
      if error.kind == .cancelled, let state { try save(to: state) }
      throw error
    }
    return [
      "parameters": .record(fitted.parameters.map { ($0.name, .tensor($0.tensor)) }),
      "quality": .quality(fitted.quality), "loss": .number(fitted.loss),
      "done": .number(fitted.done), "history": .list(history),
    ]
  }
}

extension Value {
  fileprivate static func quality(_ quality: Quality) -> Value {
    [
      "correct": .integer(quality.correct), "count": .integer(quality.count),
      "accuracy": .number(quality.accuracy), "loss": .number(quality.loss),
      "area": .optional(quality.area) { .number($0) },
    ]
  }

  fileprivate static func evaluation(_ evaluation: Trainer.Evaluation) -> Value {
    [
      "quality": .quality(evaluation.quality), "loss": .number(evaluation.loss),
      "done": .number(evaluation.done), "steps": .integer(evaluation.steps),
      "best": .bool(evaluation.isBest),
    ]
  }
}

extension Fields {
  /// The model that is trained: the one that the call is about, or an untrained attention
  /// classifier from `config`, with the word table `embeddings` if given.
  /// - Throws: `unsupported` for a model in another precision than float32: what is trained and what
  ///   stays as it is must be multiplied as they will be afterwards.
  fileprivate mutating func trainedModel(
    _ call: OperationCall, seed: UInt64
  ) throws(AssayError) -> Model {
    let embeddings = try optional("embeddings")?.tensor([nil, nil])
    guard let config = optional("config") else {
      let model = try call.requiredModel()
      guard model.precision == .float32 else {
        throw AssayError(
          .unsupported, "model", expected: "a model in float32, as training is",
          found: "one in \(model.precision.rawValue); load it again without a precision")
      }
      return model
    }
    let configuration = try Configuration(config.plain(), subject: "config")
    return try Model(
      AttentionClassifier.untrained(configuration, embeddings: embeddings, seed: seed))
  }
}
