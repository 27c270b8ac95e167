import Tensors

/// A search for attention that gives another map and the same prediction.
///
/// Free scores z with Ã = softmax(z), k starts side by side, Adam with amsgrad. The loss is
/// Σ_i [−JSD(ẽ_i, e) + 500 · ReLU(TVD_i − ε)] − 1/(k(k − 1)) Σ_{i<j} JSD(ẽ_i, ẽ_j), as in Jain &
/// Wallace 2019, eq. 1; their code has 2/k² in the place of the last factor. Where the model cannot
/// attend (the original weight is zero) attention stays zero.
package struct AttentionSearch: Sendable {
  /// How many searches run side by side.
  package var restarts = 5
  /// The most steps.
  package var steps = 500
  package var rate = 0.01
  package var penalty = 500.0
  /// How far the prediction may move.
  package var epsilon = 0.01
  /// Steps without a better map after which the search ends, the best on the way being kept; nil
  /// means that all steps are taken and the last map counts.
  package var patience: Int?

  package init() {}

  /// A map and what it does to the prediction.
  package struct Found: Sendable, Equatable {
    /// JSD(ẽ, e), in 0...ln 2.
    package var divergence = 0.0
    /// The change of the prediction.
    package var distance = 0.0
    /// ẽ, a distribution.
    package var weights: [Double] = []
  }

  package struct Result: Sendable {
    /// The best of each start within the allowed change of the prediction, or the last of all steps
    /// where no patience is set; empty where there is none.
    package var best: [Found]
    /// Where each start ended, whatever it does to the prediction.
    package var last: [Found]
    package var steps = 0
    /// How often the attention of every start was looked at.
    package var looks = 0
  }

  /// - Parameter starts: `[start][row · key]`, rows that sum to one.
  package func run<Ground: SearchedAttention>(
    _ ground: Ground, from starts: [[Double]]
  ) throws(Ground.Failure) -> Result {
    let (keys, original) = (ground.keys, ground.attention)
    var scores = starts.map { start in
      zip(start, original).map { $1 > 0 ? logarithm(max($0, 1e-12)) : -.infinity }
    }
    var moments = scores.map { AdamMoments($0.count) }
    let nothing = starts.map { _ in Found() }
    var result = Result(best: nothing, last: nothing)
    var sinceBetter = 0
    // One step more than there are changes: the last looks at what came of the change before.
    for step in 1...max(1, steps) + 1 {
      let attention = scores.map { softmax($0, rowsOf: keys) }
      let seen = try ground.see(attention, above: epsilon)
      result.looks += 1
      let isLast = step > steps
      if isLast || patience != nil {
        result.last = zip(seen.shares, seen.distances).map { share, distance in
          Found(
            divergence: JensenShannon.divergence(share, ground.map), distance: distance,
            weights: share)
        }
        sinceBetter = improve(&result, isLast: isLast) ? 0 : sinceBetter + 1
      }
      if isLast || patience.map({ sinceBetter >= $0 }) ?? false { break }
      result.steps = step
      let changes = slopes(of: seen.shares, from: ground.map)
      for (start, total) in seen.pullback(changes, penalty).enumerated() {
        let change = softmaxPullback(total, attention[start], rowsOf: keys)
        moments[start].step(&scores[start], change, number: step, rate: rate)
      }
      try ground.report(Double(step) / Double(steps))
    }
    return result
  }

  /// Takes what the starts came to into `best`; whether any of them got better.
  private func improve(_ result: inout Result, isLast: Bool) -> Bool {
    let within = result.last.map { $0.distance <= epsilon ? $0 : Found() }
    if patience == nil {
      if isLast { result.best = within }
      return false
    }
    var improved = false
    for start in within.indices
    where within[start].divergence > result.best[start].divergence + 1e-4 {
      result.best[start] = within[start]
      improved = true
    }
    return improved
  }

  /// ∂(−JSD(ẽ_i, e) − 1/(k(k − 1)) Σ_j JSD(ẽ_i, ẽ_j))/∂ẽ_i: with ∂JSD(q, p)/∂q = ½ ln(q/m).
  func slopes(of shares: [[Double]], from original: [Double]) -> [[Double]] {
    let pairs = Double(shares.count * (shares.count - 1))
    return shares.indices.map { start in
      let own = shares[start]
      var slopes = own
      for index in own.indices { slopes[index] = -slope(own[index], original[index]) }
      for other in shares.indices where other != start {
        let theirs = shares[other]
        for index in own.indices { slopes[index] -= slope(own[index], theirs[index]) / pairs }
      }
      return slopes
    }
  }

  /// ½ ln(q/m) with m = (q + p)/2; 0 where q is, whose weight cannot change.
  private func slope(_ q: Double, _ p: Double) -> Double {
    q > 0 ? logarithm(2 * q / (q + p)) / 2 : 0
  }

  /// Attention at random wherever the original is not zero: softmax(3 · normal).
  package func randomStarts<Ground: SearchedAttention>(
    _ ground: Ground, _ draw: inout RandomSource.Draw
  ) -> [[Double]] {
    var starts: [[Double]] = []
    for _ in 0..<restarts {
      var scores: [Double] = []
      for weight in ground.attention { scores.append(weight > 0 ? 3 * draw.normal() : -.infinity) }
      starts.append(softmax(scores, rowsOf: ground.keys))
    }
    return starts
  }
}
