import Models
import Tensors
import Training
import Values

/// Texts with one certain label each, as the trainer takes them.
struct LabelledTexts {
  let examples: [TrainingExample]

  /// - Throws: `input` for labels that are not among the names, and what reading a text throws.
  init(
    _ texts: [some Readable], _ labels: [String], names: [String],
    weights: TrainingPlan.ClassWeights = .none, of model: Model
  ) throws(AssayError) {
    try Self.require(texts.count, labels.count)
    let places = try labels.map { label throws(AssayError) in try Self.place(of: label, in: names) }
    let each = try Self.weights(weights, places, count: names.count)
    examples = try texts.indices.map { index throws(AssayError) in
      TrainingExample(
        input: try model.input(texts[index]),
        target: names.indices.map { $0 == places[index] ? 1 : 0 },
        weight: Float(each[places[index]]))
    }
  }

  /// - Throws: `input` unless there are texts, each with a label.
  static func require(_ texts: Int, _ labels: Int) throws(AssayError) {
    guard texts > 0, texts == labels else {
      throw AssayError(
        .input, "texts", expected: "one label a text", found: "\(texts) texts and \(labels) labels")
    }
  }

  /// The names of the labels, in the order of the scores: those given, else whole numbers by value and
  /// text by spelling.
  /// - Throws: `input` for fewer than two labels.
  static func names(_ labels: [String], given: [String]?) throws(AssayError) -> [String] {
    if let given { return given }
    let known = Set(labels)
    let numbers = known.compactMap(Int.init)
    let names =
      numbers.count == known.count
      ? numbers.sorted().map(String.init)
      : known.sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
    guard names.count >= 2, names.count == known.count else {
      throw AssayError(
        .input, "labels", expected: "two or more different ones",
        found: names.isEmpty ? "none" : names.joined(separator: ", "))
    }
    return names
  }

  private static func place(of label: String, in names: [String]) throws(AssayError) -> Int {
    if let place = names.firstIndex(of: label) { return place }
    // Whole numbers may be places themselves, unless they are names.
    if let place = Int(label), names.indices.contains(place),
      Set(names) != Set(names.indices.map(String.init))
    {
      return place
    }
    throw AssayError(
      .input, "labels", expected: names.joined(separator: ", "), found: Value.quoted(label))
  }

  /// One weight a label.
  private static func weights(
    _ weights: TrainingPlan.ClassWeights, _ places: [Int], count: Int
  ) throws(AssayError) -> [Double] {
    switch weights {
    case .none: return Array(repeating: 1, count: count)
    case .balanced: return LabelWeights.balanced(places, count: count)
    case .each(let weights):
      guard weights.count == count, weights.allSatisfy({ $0.isFinite && $0 > 0 }) else {
        throw AssayError(
          .option, "classWeights", expected: "\(count) numbers above 0", found: "\(weights)")
      }
      return weights
    }
  }
}

extension TrainingPlan {
  /// What the trainer is told in either case.
  func options(seed: UInt64, rate: Double) throws(AssayError) -> TrainingOptions {
    guard epochs >= 1, batchSize >= 1, patience.map({ $0 >= 1 }) ?? true,
      (0..<1).contains(dropout), weightDecay >= 0, weightDecay.isFinite,
      rate > 0, rate.isFinite
    else {
      throw AssayError(
        .option, "plan",
        expected:
          "epochs, batches and patience from 1, a rate above 0, decay from 0, dropout in 0..<1",
        found: "\(self)")
    }
    var options = TrainingOptions()
    options.passes = epochs
    options.textsPerStep = batchSize
    options.rate = rate
    options.adam.decay = weightDecay
    (options.dropout, options.patternDropout) = (Float(dropout), Float(dropout))
    options.averaging = 0
    options.evaluationsPerPass = 1
    options.patience = patience
    options.seed = seed
    return options
  }
}

extension TrainingPlan.Selection {
  var ofEngine: TrainingOptions.Selection {
    switch self {
    case .accuracy: .accuracy
    case .area: .area
    case .trainingLoss: .trainingLoss
    }
  }
}

extension Trainer {
  /// Trains to the end, from the plan's state where there is one.
  func fit(
    _ validation: LabelledTexts, _ plan: TrainingPlan, _ execution: Execution
  ) throws(AssayError) -> (Fitted, [Evaluation]) {
    if let state = plan.state, Folder.holds(state) { try resume(from: state) }
    return try fit(validation: validation.examples, state: plan.state, execution)
  }
}
