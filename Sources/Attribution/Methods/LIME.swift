import Models
import Tensors
import Values

/// A linear model of the score in the presence of tokens, fitted near the text.
package struct LIME: Method {
  package let info = MethodInfo(
    name: "lime",
    summary:
      "each token's weight in a linear model of the score, fitted to texts with tokens removed",
    formula: "φ = argmin Σ_z π_z (v(z) − b − φ·z)² + alpha ‖φ‖², π_z = √exp(−d²/kernel_width²), "
      + "d = 1 − √(|z|/n); how many tokens go is uniform in 1…n, which ones too",
    source: "Ribeiro et al. 2016 (text), without its selection of features",
    cost: "n_samples forward passes", signed: true, needs: [.classifier],
    options: [
      OptionSpec(
        "n_samples", .integer(2...100_000), default: .integer(1000),
        "how many texts, the unedited one among them"),
      OptionSpec(
        "kernel_width", .number(0.001...1000), default: .number(0.25),
        "how far from the text samples count"),
      OptionSpec("alpha", .number(0...1e6), default: .number(1), "the ridge penalty"),
      .granularity, .watched,
    ] + OptionSpec.removal(default: nil))

  package func scores(_ question: Question, _ options: Options) throws(AssayError) -> Scores {
    var game = try CoalitionGame(question, options, subject: info.name)
    try game.checkEmptiness()
    let count = game.players.count
    let sample = try sample(
      count, options.integer("n_samples"), width: options.number("kernel_width"),
      question.execution)
    let values = try game.values(sample.map(\.coalition))
    guard
      let fit = try Ridge(
        sample, values, penalty: options.number("alpha"), count: count, question.execution)
    else {
      throw AssayError(
        .option, "lime: n_samples", expected: "more samples than \(count) players, or alpha > 0",
        found: "\(sample.count)")
    }
    var result = Scores(game.spread(fit.values), cost: Cost(forwards: game.forwards))
    result.standardErrors = game.spread(fit.standardErrors)
    result.resolved = ["operator": .text(game.how.rawValue)]
    return result
  }

  /// The unedited text and random parts of it with their proximities.
  func sample(
    _ count: Int, _ samples: Int, width: Double, _ execution: Execution
  ) throws(AssayError) -> [WeightedCoalition] {
    let source = execution.random(info.name)
    var sample: [WeightedCoalition] = []
    for index in 0..<samples {
      try execution.checkCancellation()
      var coalition = Coalition(count: count, full: true)
      var removed = 0
      if index > 0 {
        var draw = source.draw(index)
        removed = 1 + draw.integer(below: count)
        for player in draw.permutation(count).prefix(removed) { coalition.remove(player) }
      }
      let distance = 1 - (Double(count - removed) / Double(count)).squareRoot()
      let ratio = distance / width
      sample.append(WeightedCoalition(coalition, weight: exponential(-ratio * ratio / 2)))
    }
    return sample
  }
}
