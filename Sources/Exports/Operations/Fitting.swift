import Autodiff
import Models
import Tensors
import Training
import Values

extension Operations {
  /// Training, of a model that was opened or of one that begins untrained, and a new head to train.
  static let fitting: Group = [
    "fresh_head": { call throws(AssayError) in
      let model = try call.requiredModel()
      var fields = try call.fields()
      let execution = try call.execution(&fields)
      let names = try fields.required("labels").list { one throws(AssayError) in
        try one.string()
      }
      let config = try Configuration(fields.required("config").plain(), subject: "config")
      try fields.finish()
      let made = try FreshHead.on(
        model, config, labels: names, seed: execution.seed, execution)
      let tensors = try made.names.map { name throws(AssayError) in
        (name, Value.tensor(try made.tensor(name)))
      }
      return [
        "config": .record(Array(made.configuration.object)), "parameters": .record(tensors),
      ]
    },
    "fit": { call throws(AssayError) in
      var fields = try call.fields()
      let execution = try call.execution(&fields)
      let model = try fields.trainedModel(call, execution)
      let train = try fields.required("train").examples(for: model)
      let validation = try fields.required("validation").examples(for: model)
      let parameters = fields.optional("parameters")
      let names = try parameters?.parameterNames(of: model)
      var options =
        try fields.optional("options")?.trainingOptions(train, parameters) ?? TrainingOptions()
      options.penalty = try fields.optional("penalty")?.penalty(model)
      options.seed = execution.seed
      let objective = try fields.optional("objective")?.objective(for: model, train)
      let state = try fields.optional("state")?.string()
      let resumes = try fields.optional("resume")?.boolean() ?? false
      let output = try fields.optional("output")?.string()
      try fields.finish()
      let trainer = try Trainer(model, train, options, training: names, objective: objective)
      if let state, resumes { try trainer.resume(from: state) }
      let (fitted, history) = try trainer.fit(validation: validation, state: state, execution)
      return try .fitted(fitted, history, model, output: output)
    },
  ]
}

extension Value {
  /// What a training gave: the trained parameters, or, with a file for all of them, that file.
  fileprivate static func fitted(
    _ fitted: Fitted, _ history: [Trainer.Evaluation], _ model: Model, output: String?
  ) throws(AssayError) -> Value {
    var members: [Members.Element] = []
    if let output {
      try SafetensorsFile.write(
        model.parameters(with: fitted.parameters), metadata: [(key: "format", value: "pt")],
        to: output)
      members.append(("output", .text(output)))
    } else {
      let trained = fitted.parameters.map { ($0.name, Value.tensor($0.tensor)) }
      members.append(("parameters", .record(trained)))
    }
    return .record(
      members + [
        ("parameter_count", .integer(model.parameterCount)), ("quality", .quality(fitted.quality)),
        ("loss", .number(fitted.loss)), ("done", .number(fitted.done)),
        ("history", .list(history.map(Value.evaluation))),
      ])
  }

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
  /// The model that is trained: the one that the call is about, or an untrained one from
  /// `config`, with the word table `embeddings` if given.
  fileprivate mutating func trainedModel(
    _ call: OperationCall, _ execution: Execution
  ) throws(AssayError) -> Model {
    let embeddings = try optional("embeddings")?.tensor([nil, nil])
    guard let config = optional("config") else { return try call.requiredModel() }
    let configuration = try Configuration(config.plain(), subject: "config")
    return try Untrained.model(
      configuration, embeddings: embeddings, seed: execution.seed, execution)
  }
}
