import Attribution
import Autodiff
import Models
import Tensors

/// A search for attention that gives another map and the same prediction.
///
/// Free scores z with Ã = softmax(z), k starts as one ragged batch, Adam with amsgrad. The loss is
/// Σ_i [−JSD(ẽ_i, e) + 500 · ReLU(TVD_i − ε)] − 1/(k(k − 1)) Σ_{i<j} JSD(ẽ_i, ẽ_j), as in Jain &
/// Wallace 2019, eq. 1; their code has 2/k² in the place of the last factor. Where the model cannot
/// attend (the original weight is zero) attention stays zero.
struct AttentionSearch {
  let map: AttentionMap
  let examination: Examination
  let plan: SearchPlan
  /// What enters the lowest layer of the map, and every run resumes from.
  let below: Tensor?
  static let rate = 0.01
  static let penalty = 500.0

  init(
    map: AttentionMap, examination: Examination, plan: SearchPlan = .redirects
  ) throws(AssayError) {
    self.map = map
    self.examination = examination
    self.plan = plan
    let question = examination.question
    below = try question.model.states(
      below: map.lowest, of: question.input, question.execution)
  }

  var epsilon: Double { plan.epsilon(examination.thresholds) }

  /// A map and what it does to the prediction.
  struct Found {
    var divergence = 0.0
    var distance = 0.0
    var weights: [Double] = []
  }

  struct Result {
    /// The best of each start within the allowed change of the prediction; the last of them all if
    /// the plan says so.
    var best: [Found]
    /// Where each start ended, whatever it does to the prediction.
    var last: [Found]
    var steps: Int
    var cost: Cost
  }

  /// - Parameters:
  ///   - starts: `[start][layer][head · query · key]`, rows that sum to one.
  ///   - original: the unedited attention, as one of the starts.
  func run(
    from starts: [[[Double]]], original: [[Double]], steps: Int = SearchPlan.steps
  ) throws(AssayError) -> Result {
    var scores = starts.map { start in
      zip(start, original).map { layer, unedited in
        zip(layer, unedited).map { $1 > 0 ? logarithm(max($0, 1e-12)) : -.infinity }
      }
    }
    var moments = scores.map { $0.map { Moments($0.count) } }
    let nothing = starts.map { _ in Found() }
    var result = Result(best: nothing, last: nothing, steps: 0, cost: Cost())
    var sinceBetter = 0
    // One step more than there are changes: the last looks at what came of the change before.
    for step in 1...max(1, steps) + 1 {
      let attention = scores.map { $0.map(softmaxRows) }
      let maps = attention.map { map($0) }
      let shares = maps.map { distribution($0.map) }
      let (distances, outputGradients) = try outputs(attention, above: epsilon)
      result.cost = result.cost + Cost(forwards: starts.count, backwards: starts.count)
      result.last = zip(shares, distances).map { share, distance in
        Found(
          divergence: JensenShannon.divergence(share, examination.highlight.weights),
          distance: distance, weights: share)
      }
      let within = result.last.map { $0.distance <= epsilon ? $0 : Found() }
      var improved = false
      for start in starts.indices {
        if within[start].divergence > result.best[start].divergence + 1e-4 {
          result.best[start] = within[start]
          improved = true
        }
      }
      if plan.takesLast { result.best = within }
      sinceBetter = improved ? 0 : sinceBetter + 1
      if step > steps || plan.patience.map({ sinceBetter >= $0 }) ?? false { break }
      result.steps = step
      for start in starts.indices {
        let cotangent = mapCotangent(start, shares, maps[start].map)
        let gradients = map.pullback(cotangent, maps[start].trace)
        for layer in scores[start].indices {
          var total = gradients[layer]
          if let output = outputGradients[start] {
            for index in total.indices {
              total[index] += AttentionSearch.penalty * output[layer][index]
            }
          }
          let change = softmaxPullback(total, attention[start][layer])
          moments[start][layer].step(
            &scores[start][layer], change, number: step, rate: AttentionSearch.rate)
        }
      }
      try examination.question.execution.report(Double(step) / Double(steps), "adversarial")
    }
    return result
  }

  /// The map at the explained positions as a distribution.
  func distribution(_ map: [Double]) -> [Double] {
    let values = examination.question.positions.map { max(map[$0], 1e-12) }
    let total = values.reduce(0, +)
    return values.map { $0 / total }
  }

  /// ∂(−JSD(ẽ, e) − 1/(k(k − 1)) Σ_j JSD(ẽ, ẽ_j))/∂map: with ∂JSD(q, p)/∂q = ½ ln(q/m), through the
  /// normalisation over the explained positions.
  private func mapCotangent(_ start: Int, _ shares: [[Double]], _ map: [Double]) -> [Double] {
    let own = shares[start]
    func slope(_ other: [Double]) -> [Double] {
      zip(own, other).map { logarithm(2 * $0 / ($0 + $1)) / 2 }
    }
    var change = slope(examination.highlight.weights).map { -$0 }
    let others = shares.indices.filter { $0 != start }
    for other in others {
      for (index, value) in slope(shares[other]).enumerated() {
        change[index] -= value / Double(others.count * shares.count)
      }
    }
    let positions = examination.question.positions
    let total = positions.reduce(0) { $0 + max(map[$1], 1e-12) }
    let mean = zip(own, change).reduce(0) { $0 + $1.0 * $1.1 }
    var cotangent = [Double](repeating: 0, count: map.count)
    for (rank, position) in positions.enumerated() {
      cotangent[position] = (change[rank] - mean) / total
    }
    return cotangent
  }

  func softmaxRows(_ scores: [Double]) -> [Double] {
    var result = scores
    for row in stride(from: 0, to: scores.count, by: map.keys) {
      let range = row..<row + map.keys
      let highest = scores[range].max() ?? 0
      var sum = 0.0
      for index in range {
        result[index] = exponential(scores[index] - highest)
        sum += result[index]
      }
      for index in range { result[index] /= sum }
    }
    return result
  }

  /// In the forward pass y = softmax(z), so dz = y ∘ (dy − Σ y dy), row by row.
  private func softmaxPullback(_ cotangent: [Double], _ output: [Double]) -> [Double] {
    var result = cotangent
    for row in stride(from: 0, to: output.count, by: map.keys) {
      var along = 0.0
      for index in row..<row + map.keys { along += output[index] * cotangent[index] }
      for index in row..<row + map.keys {
        result[index] = output[index] * (cotangent[index] - along)
      }
    }
    return result
  }

  /// Adam's running means for one layer's scores (Kingma & Ba 2015), with the largest second one so
  /// far in the denominator (amsgrad, Reddi et al. 2018).
  private struct Moments {
    var first: [Double]
    var second: [Double]
    var largest: [Double]

    init(_ count: Int) {
      first = [Double](repeating: 0, count: count)
      (second, largest) = (first, first)
    }

    mutating func step(_ values: inout [Double], _ gradient: [Double], number: Int, rate: Double) {
      let correction = (1 - power(0.9, number), 1 - power(0.999, number))
      for index in values.indices {
        first[index] = 0.9 * first[index] + 0.1 * gradient[index]
        second[index] = 0.999 * second[index] + 0.001 * gradient[index] * gradient[index]
        largest[index] = max(largest[index], second[index])
        let scale = (largest[index] / correction.1).squareRoot() + 1e-8
        values[index] -= rate * first[index] / correction.0 / scale
      }
    }

    private func power(_ base: Double, _ exponent: Int) -> Double {
      exponential(Double(exponent) * logarithm(base))
    }
  }
}
