import Attribution
import Models
import Tensors
import Values

extension Operations {
  /// What a model says, attends to and differentiates to.
  static let running: Group = [
    "describe": { call throws(AssayError) in
      let model = try call.requiredModel()
      try call.fields().finish()
      return .model(model)
    },
    "predict": { call throws(AssayError) in
      let model = try call.requiredModel()
      var fields = try call.fields()
      let inputs = try fields.inputs(for: model)
      let interventions =
        try fields.optional("interventions")?.list { item throws(AssayError) in
          try item.list { one throws(AssayError) in try one.intervention() }
        } ?? []
      let keep =
        try fields.optional("keep")?.list { one throws(AssayError) in try one.site() } ?? []
      try fields.finish()
      return .prediction(
        try model.predict(
          inputs, interventions: interventions.allSatisfy(\.isEmpty) ? [] : interventions,
          keep: keep, execution: call.execution))
    },
    "attention": { call throws(AssayError) in
      let model = try call.requiredModel()
      var fields = try call.fields()
      let input = try fields.input(for: model)
      try fields.finish()
      let layers = try model.attention(input, execution: call.execution)
      return ["layers": .list(layers.map(Value.tensor))]
    },
    "hidden_states": { call throws(AssayError) in
      let model = try call.requiredModel()
      var fields = try call.fields()
      let input = try fields.input(for: model)
      try fields.finish()
      let states = try model.hiddenStates(input, execution: call.execution)
      return ["layers": .list(states.map(Value.tensor))]
    },
    "embed": { call throws(AssayError) in
      let model = try call.requiredModel()
      var fields = try call.fields()
      let inputs = try fields.inputs(for: model)
      try fields.finish()
      return ["embeddings": .tensor(try model.embed(inputs, execution: call.execution))]
    },
    "gradient": { call throws(AssayError) in
      let model = try call.requiredModel()
      var fields = try call.fields()
      let input = try fields.input(for: model)
      let target = try fields.target(model)
      let sites =
        try fields.optional("at")?.list { one throws(AssayError) in try one.site() }
        ?? [.embedding]
      let output = try fields.optional("output")?.choice(Output.self) ?? .logit
      try fields.finish()
      let result = try model.gradients(
        input, target: target, at: sites, output: output, execution: call.execution)
      return [
        "gradients": .list(result.gradients.map(Value.tensor)), "target": .target(result.target),
      ]
    },
  ]
}

extension Value {
  static func model(_ model: Model) -> Value {
    let card = model.card
    return [
      "family": .text(card.family), "labels": .list(card.labels.map { .text($0) }),
      "problem_type": .text(card.problem.rawValue), "layers": .integer(card.layers),
      "heads": .integer(card.heads), "width": .integer(card.width),
      "parameter_count": .integer(model.parameterCount),
      "max_positions": .optional(card.maximumLength) { .integer($0) },
      "vocabulary_size": .optional(card.vocabularySize) { .integer($0) },
      "grid": .optional(card.grid) {
        [
          "channels": .integer($0.channels), "height": .integer($0.height),
          "width": .integer($0.width), "rows": .integer($0.rows), "columns": .integer($0.columns),
          "side": .integer($0.side),
        ]
      },
      "score_count": .integer(card.scoreCount),
      "reads_position": .bool(card.readOut.isChosen),
      "writes": .bool(card.readOut == .chosen(orElse: .last) && card.labels.isEmpty),
      "default_method": .text(Methods.standard(for: card)),
      "has_head": .bool(card.capabilities.contains(.classifier)),
      "sites": .record(
        model.sites.map { ($0.description, .list($0.axes.map { .text($0) })) }),
      "path": .text(model.origin), "hash": .text(model.fingerprint),
      "precision": .text(model.precision.rawValue),
    ]
  }

  static func prediction(_ prediction: Prediction) -> Value {
    let labels = prediction.logits.shape[1]
    let probabilities = Tensor(
      prediction.probabilities.flatMap { $0.map { Float($0) } },
      shape: [prediction.probabilities.count, labels])
    return [
      "logits": .tensor(prediction.logits), "probabilities": .tensor(probabilities),
      "kept": .record(
        prediction.kept.map { ($0.key.description, .list($0.value.map(Value.tensor))) }
          .sorted { $0.0 < $1.0 }),
    ]
  }
}
