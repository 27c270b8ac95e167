import Models
import Tensors
import Values

/// Shapley values from random orders in which tokens join, each order with its reverse.
package struct ShapleySampling: Method {
  package let info = MethodInfo(
    name: "shapley_sampling",
    summary: "each token's average part in the score over random orders in which tokens join",
    formula: "φ_t = mean over orders π of v(before t in π, and t) − v(before t in π), π in pairs "
      + "with its reverse; standard errors over pairs",
    source: "Castro et al. 2009; antithetic pairs: Mitchell et al. 2022",
    cost: "n_samples · tokens forward passes at most; equal coalitions are run once",
    sumsTo: "v(all tokens) − v(none)", signed: true, needs: [.classifier],
    options: [
      OptionSpec(
        "n_samples", .integer(4...100_000), default: .integer(24),
        "how many orders; rounded up to an even number"),
      .granularity, .watched,
    ] + OptionSpec.removal(default: nil))

  package func scores(_ question: Question, _ options: Options) throws(AssayError) -> Scores {
    var game = try CoalitionGame(question, options, subject: info.name)
    try game.checkEmptiness()
    let count = game.players.count
    let pairs = (options.integer("n_samples") + 1) / 2
    let source = question.execution.random(info.name)
    let block = max(1, 2048 / count)
    var moments = Moments(count: count)
    for start in stride(from: 0, to: pairs, by: block) {
      let range = start..<min(start + block, pairs)
      try question.execution.checkCancellation()
      let orders = range.flatMap { pair -> [[Int]] in
        var draw = source.draw(pair)
        let order = draw.permutation(count)
        return [order, order.reversed()]
      }
      let values = try game.values(
        orders.flatMap(Self.chain),
        part: Double(start) / Double(pairs)...Double(range.upperBound) / Double(pairs))
      for pair in stride(from: 0, to: orders.count, by: 2) {
        var mean = [Double](repeating: 0, count: count)
        for rank in pair...pair + 1 {
          for (step, player) in orders[rank].enumerated() {
            let place = rank * (count + 1) + step
            mean[player] += (values[place + 1] - values[place]) / 2
          }
        }
        moments.add(mean)
      }
    }
    let ends = try game.values([Coalition(count: count), Coalition(count: count, full: true)])
    var result = Scores(game.spread(moments.means), cost: Cost(forwards: game.forwards))
    result.standardErrors = game.spread(moments.standardErrors)
    result.shares(ends[1] - ends[0])
    result.resolved = [
      "operator": .text(game.how.rawValue), "n_samples": .integer(2 * pairs),
    ]
    return result
  }

  /// Nobody, then everybody up to each place of an order.
  private static func chain(_ order: [Int]) -> [Coalition] {
    var coalition = Coalition(count: order.count)
    return [coalition]
      + order.map { player in
        coalition.insert(player)
        return coalition
      }
  }
}

extension Scores {
  /// Records how far the scores are from sharing out `total` (the efficiency axiom).
  mutating func shares(_ total: Double) {
    let delta = scores.reduce(0.0) { $0 + Double($1) } - total
    convergenceDelta = delta
    let size = scores.reduce(0.0) { max($0, abs(Double($1))) }
    proof.append(
      Proof(
        "completeness gap, relative", value: abs(delta) / max(abs(total), size, 1e-6),
        tolerance: 1e-4))
  }
}
