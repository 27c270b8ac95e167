import Autodiff
import Models
import Tensors
import Training
import Values

extension Operations {
  /// Models trained from scratch.
  static let training: Group = [
    "train": { call throws(AssayError) in
      var fields = try call.fields()
      let configuration = try fields.required("config").plain()
      let output = try fields.required("output").string()
      let state = try fields.optional("state")?.string()
      let resumes = try fields.optional("resume")?.boolean() ?? false
      let execution = try call.execution(&fields)
      let model = try Untrained.model(
        Configuration(configuration, subject: "config"), seed: execution.seed)
      let examples = try fields.examples("train", model)
      let validation = try fields.examples("validation", model)
      var options = try fields.trainingOptions(examples)
      options.penalty = try fields.penalty(model)
      options.seed = execution.seed
      try fields.finish()

      let trainer = Trainer(model, examples, options)
      if let state, resumes { try trainer.resume(from: state) }
      var curve: [Value] = []
      let fitted = try trainer.fit(validation: validation, execution) {
        (evaluation) throws(AssayError) in
        curve.append(.evaluation(evaluation))
        if let state { try trainer.save(to: state) }
      }
      try SafetensorsFile.write(
        fitted.parameters, metadata: [(key: "format", value: "pt")], to: output)
      return [
        "parameters": .integer(model.parameterCount), "correct": .integer(fitted.quality.correct),
        "count": .integer(fitted.quality.count), "loss": .number(fitted.quality.loss),
        "best_at": .number(fitted.done), "evaluations": .list(curve),
      ]
    }
  ]
}

extension Fields {
  /// Labelled inputs: `input`, `labels` (one a text) and, for penalised attention, `withheld` (one a
  /// token: 1 where attention must not rest).
  fileprivate mutating func examples(
    _ name: String, _ model: Model
  ) throws(AssayError) -> [TrainingExample] {
    var part = try required(name).fields()
    let inputs = try part.inputs(for: model)
    let count = model.card.labels.count
    let labels = try part.required("labels").integers(in: 0...max(0, count - 1), [inputs.count])
    let tokens = inputs.reduce(0) { $0 + $1.count }
    let withheld = try part.optional("withheld")?.integers(in: 0...1, [tokens])
    try part.finish()
    guard !inputs.isEmpty else {
      throw AssayError(.input, name, expected: "at least one text", found: "none")
    }
    var (examples, start): ([TrainingExample], Int) = ([], 0)
    for (input, label) in zip(inputs, labels) {
      try model.validate(input)
      let words = withheld.map { marks in
        Set((0..<input.count).compactMap { marks[start + $0] == 1 ? input.words[$0] : nil })
      }
      examples.append(
        TrainingExample(
          input: input, target: (0..<count).map { $0 == label ? 1 : 0 }, withheld: words ?? []))
      start += input.count
    }
    return examples
  }

  /// How to train; whatever is not said is as `TrainingOptions` has it.
  fileprivate mutating func trainingOptions(
    _ examples: [TrainingExample]
  ) throws(AssayError) -> TrainingOptions {
    var options = TrainingOptions()
    guard var given = try optional("options")?.fields() else { return options }
    if let passes = try given.optional("passes")?.integer(in: 1...10_000) {
      options.passes = passes
    }
    if let tokens = try given.optional("tokens_per_step")?.integer(in: 1...1_000_000) {
      options.tokensPerStep = tokens
    }
    if let rate = try given.optional("rate")?.number(in: 1e-9...10) { options.rate = rate }
    if let share = try given.optional("warm_up")?.number(in: 0...0.99) { options.warmUp = share }
    if let decay = try given.optional("decay")?.number(in: 0...10) { options.adam.decay = decay }
    if let share = try given.optional("dropout")?.number(in: 0...0.95) {
      options.dropout = Float(share)
    }
    if let share = try given.optional("pattern_dropout")?.number(in: 0...0.95) {
      options.patternDropout = Float(share)
    }
    if let kept = try given.optional("averaging")?.number(in: 0...0.99999) {
      options.averaging = kept
    }
    if let often = try given.optional("evaluations_per_pass")?.integer(in: 1...1000) {
      options.evaluationsPerPass = often
    }
    if let share = try given.optional("corruption")?.number(in: 0...1), share > 0 {
      let words = examples.flatMap { example in
        zip(example.input.ids, example.input.special).filter { !$0.1 }.map(\.0)
      }
      options.corruption = Corruption(share: share, largest: 0.4, replacements: words)
    }
    try given.finish()
    return options
  }

  /// What keeps attention off withheld tokens; nil when nobody asked.
  fileprivate mutating func penalty(_ model: Model) throws(AssayError) -> AttentionPenalty? {
    guard var given = try optional("penalty")?.fields() else { return nil }
    let strength = try given.required("strength").number(in: 0...1e6)
    let layers = try given.required("layers").list { layer throws(AssayError) in
      try layer.integer(in: 0...model.card.layers - 1)
    }
    try given.finish()
    return AttentionPenalty(strength: strength, layers: layers)
  }
}

extension Value {
  fileprivate static func evaluation(_ evaluation: Trainer.Evaluation) -> Value {
    [
      "done": .number(evaluation.done), "steps": .integer(evaluation.steps),
      "loss": .number(evaluation.loss), "validation_loss": .number(evaluation.quality.loss),
      "accuracy": .number(evaluation.quality.accuracy),
    ]
  }
}
