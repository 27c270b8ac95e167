import Autodiff
import Models
import Tensors
import Training
import Values

extension Argument {
  /// Labelled texts: `input`, `targets` `[texts, labels]`, and if given `label_weights` (`balanced`, or
  /// one a label; of the likeliest label of each target), the fixed `attention` of every token, or
  /// `uniform` attention, and `withheld` (one a token: 1 where attention must not rest).
  func examples(for model: Model) throws(AssayError) -> [TrainingExample] {
    var fields = try fields()
    let inputs = try fields.inputs(for: model)
    let labels = model.card.scoreCount
    let targets = try fields.required("targets").tensor([inputs.count, labels]).scalars
    let places = inputs.indices.map { text in
      LabelWeights.place(of: targets[text * labels..<(text + 1) * labels])
    }
    let weights = try fields.optional("label_weights")?.labelWeights(places, labels)
    let layout = Ragged(lengths: inputs.map(\.count))
    let attention = try fields.optional("attention")?.tensor([layout.total])
    let withheld = try fields.optional("withheld")?.integers(in: 0...1, [layout.total])
    let isUniform = try fields.optional("uniform")?.boolean() ?? false
    try fields.finish()
    for input in inputs { try model.validate(input) }
    guard !inputs.isEmpty, targets.allSatisfy({ $0.isFinite && $0 >= 0 }),
      weights?.allSatisfy({ $0 > 0 }) ?? true
    else {
      throw AssayError(
        .option, path, expected: "at least one text, targets from 0 and positive weights",
        found: "\(inputs.count) texts")
    }
    return inputs.enumerated().map { index, input in
      var interventions = isUniform ? [Intervention(.uniform)] : []
      if let attention {
        let row = attention.slices(layout.rows(index)).reshaped([1, layout.length(index)])
        interventions = [Intervention(.replace(row))]
      }
      let marks = withheld.map { Array($0[layout.rows(index)]) } ?? []
      let words = zip(marks, input.words).compactMap { $0 == 1 ? $1 : nil }
      return TrainingExample(
        input: input, target: Array(targets[index * labels..<(index + 1) * labels]),
        weight: weights.map { Float($0[places[index]]) } ?? 1, withheld: Set(words),
        interventions: interventions)
    }
  }

  /// One weight a label: `balanced` over the texts, or the numbers given.
  private func labelWeights(_ places: [Int], _ labels: Int) throws(AssayError) -> [Double] {
    guard labels > 0 else { throw mismatch("nothing, for a model without labels") }
    switch value {
    case .text("balanced"): return LabelWeights.balanced(places, count: labels)
    case .text: throw mismatch("balanced, or one number a label")
    default: return try doubles([labels])
    }
  }

  /// The names of trained parameters, or of the part that they belong to.
  func parameterNames(of model: Model) throws(AssayError) -> Set<String> {
    if case .text = value { return try choice(TrainedParts.self).names(of: model) }
    let known = Set(model.network.parameters.map(\.name))
    let names = Set(try list { one throws(AssayError) in try one.string() })
    if let wrong = names.first(where: { !known.contains($0) }) {
      throw AssayError(
        .option, path, expected: "names of the model's parameters",
        found: Value.quoted(wrong))
    }
    guard !names.isEmpty else {
      throw AssayError(.option, path, expected: "a parameter to train", found: "none")
    }
    return names
  }

  /// What is minimised in place of the cross-entropy alone.
  func objective(
    for model: Model, _ examples: [TrainingExample]
  ) throws(AssayError) -> any Objective {
    var fields = try fields()
    let kind = try fields.required("kind").string()
    let strength = try fields.required("strength").number(in: 0...1e6)
    let layout = Ragged(lengths: examples.map(\.input.count))
    switch kind {
    case "adversarial_attention":
      guard model.card.readOut == .query else {
        throw AssayError(
          .unsupported, "objective \(kind)", expected: "an attention classifier",
          found: "the \(model.card.family) model")
      }
      let attention = try fields.required("attention").tensor([layout.total]).scalars
      let labels = model.card.scoreCount
      let rows = try fields.required("probabilities").tensor([layout.count, labels]).scalars
      try fields.finish()
      return AdversarialAttention(
        attention: (0..<layout.count).map { Array(attention[layout.rows($0)]) },
        probabilities: (0..<layout.count).map { Array(rows[$0 * labels..<($0 + 1) * labels]) },
        strength: strength)
    default:
      throw AssayError(
        .option, "\(path).kind", expected: "adversarial_attention",
        found: Value.quoted(kind))
    }
  }

  /// What keeps attention off withheld tokens: `strength` and `layers`; nil for a strength of 0.
  func penalty(_ model: Model) throws(AssayError) -> AttentionPenalty? {
    var fields = try fields()
    let strength = try fields.required("strength").number(in: 0...1e6)
    let layers = try fields.required("layers").list { layer throws(AssayError) in
      try layer.integer(in: 0...max(0, model.card.layers - 1))
    }
    try fields.finish()
    return strength > 0 ? AttentionPenalty(strength: strength, layers: layers) : nil
  }

  /// How to train; whatever is not said is as `TrainingOptions` has it, a `clip` of 0 is none, and the
  /// rate suits the part of the model that `parameters` names.
  func trainingOptions(
    _ examples: [TrainingExample], _ parameters: Argument?
  ) throws(AssayError) -> TrainingOptions {
    var fields = try fields()
    var options = TrainingOptions()
    func whole(_ name: String, _ range: ClosedRange<Int>) throws(AssayError) -> Int? {
      try fields.optional(name)?.integer(in: range)
    }
    func number(_ name: String, _ range: ClosedRange<Double>) throws(AssayError) -> Double? {
      try fields.optional(name)?.number(in: range)
    }
    func flag(_ name: String) throws(AssayError) -> Bool? {
      try fields.optional(name)?.boolean()
    }
    let few = 1...1_000_000
    options.passes = try whole("passes", few) ?? options.passes
    options.tokensPerStep = try whole("tokens_per_step", few) ?? options.tokensPerStep
    options.textsPerStep = try whole("texts_per_step", few)
    if let parameters, case .text = parameters.value {
      options.rate = try parameters.choice(TrainedParts.self).rate
    }
    options.rate = try number("rate", 1e-12...10) ?? options.rate
    options.warmUp = try number("warm_up", 0...0.99) ?? options.warmUp
    options.holdsRate = try flag("holds_rate") ?? options.holdsRate
    options.undecayed = try fields.optional("undecayed")?.list { one throws(AssayError) in
      try one.string()
    }
    options.sumsLosses = try flag("sums_losses") ?? options.sumsLosses
    if let length = try number("clip", 0...1e9) { options.clip = length > 0 ? length : nil }
    options.dropout = try number("dropout", 0...0.99).map { Float($0) } ?? options.dropout
    options.patternDropout =
      try number("pattern_dropout", 0...0.99).map { Float($0) } ?? options.patternDropout
    options.averaging = try number("averaging", 0...0.99999) ?? options.averaging
    options.evaluationsPerPass =
      try whole("evaluations_per_pass", 1...1000) ?? options.evaluationsPerPass
    options.selection =
      try fields.optional("selection")?.choice(TrainingOptions.Selection.self) ?? options.selection
    options.ignoredEvaluations =
      try whole("ignored_evaluations", 0...1000) ?? options.ignoredEvaluations
    options.patience = try whole("patience", few)
    options.adam.decay = try number("decay", 0...10) ?? options.adam.decay
    options.adam.couplesDecay = try flag("couples_decay") ?? options.adam.couplesDecay
    options.adam.amsgrad = try flag("amsgrad") ?? options.adam.amsgrad
    if let share = try number("corruption", 0...1), share > 0 {
      let words = examples.flatMap { example in
        zip(example.input.ids, example.input.special).filter { !$0.1 }.map(\.0)
      }
      options.corruption = Corruption(share: share, largest: 0.4, replacements: words)
    }
    try fields.finish()
    return options
  }
}
