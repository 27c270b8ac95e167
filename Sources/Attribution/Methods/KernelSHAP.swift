import Models
import Tensors
import Values

/// Shapley values from a weighted least-squares fit to random coalitions.
package struct KernelSHAP: Method {
  package let info = MethodInfo(
    name: "kernel_shap",
    summary: "each token's part in the score, fitted to the scores of random subsets of tokens",
    formula: "φ = argmin Σ_S k(S) (v(∅) + Σ_t∈S φ_t − v(S))² with Σ φ = v(all) − v(∅) and "
      + "k(S) = (n − 1)/(C(n,|S|) |S| (n − |S|)); subsets are drawn by k in pairs with their complements",
    source: "Lundberg & Lee 2017; pairs and errors: Covert & Lee 2021",
    cost: "n_samples + 2 forward passes", sumsTo: "v(all tokens) − v(none)", signed: true,
    needs: [.classifier],
    options: [
      OptionSpec(
        "n_samples", .integer(2...100_000), default: .null,
        "how many coalitions; all of them, and so the exact values, where they are no more; "
          + "512 + 2 · tokens by default"),
      .granularity, .watched,
    ] + OptionSpec.removal(default: nil))

  package func scores(_ question: Question, _ options: Options) throws(AssayError) -> Scores {
    var game = try CoalitionGame(question, options, subject: info.name)
    try game.checkEmptiness()
    let count = game.players.count
    var samples = 512 + 2 * count
    if case .integer(let given) = options["n_samples"] { samples = given }
    let ends = try game.values([Coalition(count: count), Coalition(count: count, full: true)])
    let gap = ends[1] - ends[0]
    let exact = count < 20 && 1 << count - 2 <= samples
    let draws =
      exact ? Self.every(count) : try drawn(count, samples / 2, question.execution)
    let values = try game.values(draws.map(\.coalition))
    let fit = try LeastSquares(
      draws, values.map { $0 - ends[0] }, total: gap, count: count, question.execution)
    guard let fit else {
      throw AssayError(
        .option, "kernel_shap: n_samples",
        expected: "enough coalitions to tell \(count) players apart, at least \(2 * count)",
        found: "\(samples)")
    }
    var result = Scores(game.spread(fit.values), cost: Cost(forwards: game.forwards))
    result.standardErrors = game.spread(exact ? fit.values.map { _ in 0 } : fit.standardErrors)
    result.shares(gap)
    result.resolved = ["operator": .text(game.how.rawValue), "n_samples": .integer(samples)]
    return result
  }

  /// Every coalition but none and all, weighted by the kernel.
  private static func every(_ count: Int) -> [WeightedCoalition] {
    (1..<max(1 << count - 1, 1)).map { bits in
      var coalition = Coalition(count: count)
      for player in 0..<count where bits >> player & 1 == 1 { coalition.insert(player) }
      let size = bits.nonzeroBitCount
      let choices = (0..<size).reduce(1.0) { $0 * Double(count - $1) / Double($1 + 1) }
      return WeightedCoalition(
        coalition, weight: Double(count - 1) / (choices * Double(size * (count - size))))
    }
  }

  /// Pairs of a coalition drawn by the kernel and its complement, all of one weight.
  private func drawn(
    _ count: Int, _ pairs: Int, _ execution: Execution
  ) throws(AssayError) -> [WeightedCoalition] {
    let source = execution.random(info.name)
    let sizes = (1..<count).map { 1 / Double($0 * (count - $0)) }
    let mass = sizes.reduce(0, +)
    var drawn: [WeightedCoalition] = []
    for pair in 0..<pairs {
      try execution.checkCancellation()
      var draw = source.draw(pair)
      var left = draw.uniform() * mass
      let size =
        (sizes.firstIndex {
          left -= $0; return left < 0
        } ?? count - 2) + 1
      var coalition = Coalition(count: count)
      for player in draw.permutation(count).prefix(size) { coalition.insert(player) }
      drawn.append(WeightedCoalition(coalition, weight: 1))
      drawn.append(WeightedCoalition(coalition.complement, weight: 1))
    }
    return drawn
  }
}
