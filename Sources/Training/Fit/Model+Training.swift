import Models
import Tensors

extension Model {
  /// - Throws: `unsupported` for a model that has no classes to learn or nothing inside to change, and
  ///   for one in another precision than float32: what is trained and what stays as it is must be
  ///   multiplied as they will be afterwards.
  package func requireTrainable() throws(AssayError) {
    guard precision == .float32 else {
      throw AssayError(
        .unsupported, "model", expected: "a model in float32, as training is",
        found: "one in \(precision.rawValue); load it again without a precision")
    }
    try require([.tape, .classifier], for: "training")
    guard card.problem != .regression, card.scoreCount > 0 else {
      throw AssayError(
        .unsupported, "training", expected: "a model that tells labels apart",
        found: "the \(card.family) model, whose head gives \(card.scoreCount) quantities")
    }
  }

  /// - Throws: `option` without an example, `input`, `shape` or `option` for one that does not fit.
  package func validate(training examples: [TrainingExample]) throws(AssayError) {
    guard !examples.isEmpty else {
      throw AssayError(.option, "examples", expected: "at least one text", found: "none")
    }
    for example in examples {
      try validate([example.input], [example.interventions])
      guard example.target.count == card.scoreCount,
        example.target.allSatisfy({ $0.isFinite && $0 >= 0 })
      else {
        throw AssayError(
          .option, "targets", expected: "\(card.scoreCount) finite numbers from 0 a text",
          found: "\(example.target.prefix(8))")
      }
      guard example.weight.isFinite, example.weight > 0 else {
        throw AssayError(
          .option, "weights", expected: "finite numbers above 0", found: "\(example.weight)")
      }
      try validate(example.attention, of: example.input)
    }
  }

  private func validate(
    _ demands: [AttentionDemand], of input: Input
  ) throws(AssayError) {
    for demand in demands {
      let rows = 0..<card.queryCount(input.count)
      guard (0..<card.layers).contains(demand.layer),
        demand.queries?.allSatisfy(rows.contains) ?? true,
        demand.keys.allSatisfy((0..<input.count).contains), (0...1).contains(demand.share)
      else {
        throw AssayError(
          .option, "attention demand", expected: "a layer, rows and tokens that there are",
          found: "layer \(demand.layer), tokens \(demand.keys.prefix(8))")
      }
    }
  }
}
