import Attribution
import Models
import Synchronization
import Tensors

/// The search of Jain & Wallace 2019 for attention that differs most while the prediction stays.
///
/// k free score vectors, started at log(uniform) + 3 · normal, α_i their softmax, states held fixed.
/// Adam with amsgrad minimises Σ_i [−JSD(α_i, α) + 500 · max(0, TVD_i − ε)] − 1/(k(k − 1)) Σ_{i<j}
/// JSD(α_i, α_j). The last factor is the paper's; its code has 2/k².
package struct AttentionAdversary: Sendable {
  package var restarts = 5
  package var steps = 500
  package var rate = 0.01
  /// How far the prediction may move.
  package var epsilon = 0.01
  package var penalty = 500.0

  package init() {}

  /// What one text's search found, one entry a restart.
  package struct Found: Sendable {
    /// JSD(α_i, α), in 0...ln 2.
    package var divergences: [Double]
    /// The change of the prediction.
    package var distances: [Double]
    /// α_i over the visible positions.
    package var attention: [[Double]]

    /// The largest divergence among those that keep the prediction within `epsilon`, 0 if none does.
    package func largest(within epsilon: Double) -> Double {
      zip(divergences, distances).reduce(0) { $1.1 <= epsilon ? max($0, $1.0) : $0 }
    }
  }

  /// Searches for every text, each on one thread.
  /// - Throws: `cancelled`.
  package func search(
    _ readings: [AttentionReading], _ execution: Execution
  ) throws(AssayError) -> [Found] {
    let source = execution.random("debate.adversary")
    var results: [Found] = []
    let block = 64
    for start in stride(from: 0, to: readings.count, by: block) {
      let range = start..<min(start + block, readings.count)
      let found = Mutex<[Int: Found]>([:])
      let each = Double(restarts * steps) * 1000
      execution.parallel.forEach(range.count, nanosecondsEach: each) { offset in
        let index = range.lowerBound + offset
        var draw = source.draw(index)
        let one = search(readings[index], &draw)
        found.withLock { $0[index] = one }
      }
      try execution.report(Double(range.upperBound) / Double(readings.count), "adversaries")
      results += found.withLock { found in range.compactMap { found[$0] } }
    }
    return results
  }

  /// The search over one text.
  package func search(_ reading: AttentionReading, _ draw: inout RandomSource.Draw) -> Found {
    let count = reading.attention.count
    var state = AdversaryState(restarts: restarts, count: count) {
      -logarithm(Double(count)) + 3 * draw.normal()
    }
    for step in 1...max(1, steps) {
      state.refresh()
      state.step(self, reading, number: step)
    }
    state.refresh()
    let attention = (0..<restarts).map(state.weights)
    return Found(
      divergences: attention.map { divergence($0, reading.attention) },
      distances: attention.map {
        totalVariation(reading.probabilities($0), reading.probabilities)
      }, attention: attention)
  }

  private func divergence(_ p: [Double], _ q: [Double]) -> Double {
    let sum = zip(p, q).reduce(0.0) { sum, pair in
      let middle = (pair.0 + pair.1) / 2
      let first = pair.0 > 0 ? pair.0 * logarithm(pair.0 / middle) : 0
      return sum + first + (pair.1 > 0 ? pair.1 * logarithm(pair.1 / middle) : 0)
    }
    return max(0, sum / 2)
  }
}

/// The free scores of one text's search, restart by restart in one array, and their optimizer.
private struct AdversaryState {
  let restarts, count: Int
  private var scores, attention, logarithms, first, second, largest, slopes: [Double]

  init(restarts: Int, count: Int, start: () -> Double) {
    self.restarts = restarts
    self.count = count
    scores = (0..<restarts * count).map { _ in start() }
    attention = [Double](repeating: 0, count: scores.count)
    (logarithms, first, second) = (attention, attention, attention)
    (largest, slopes) = (attention, attention)
  }

  func weights(_ restart: Int) -> [Double] {
    Array(attention[restart * count..<(restart + 1) * count])
  }

  /// Attention from scores: their softmax, with its logarithm.
  mutating func refresh() {
    for restart in 0..<restarts {
      let range = restart * count..<(restart + 1) * count
      var highest = -Double.infinity
      for index in range { highest = max(highest, scores[index]) }
      var total = 0.0
      for index in range {
        attention[index] = exponential(scores[index] - highest)
        total += attention[index]
      }
      let shift = highest + logarithm(total)
      for index in range {
        attention[index] /= total
        logarithms[index] = scores[index] - shift
      }
    }
  }

  /// One step of Adam with amsgrad on the scores.
  mutating func step(_ search: AttentionAdversary, _ reading: AttentionReading, number: Int) {
    differentiate(search, reading)
    let bias1 = 1 - power(0.9, Double(number))
    let bias2 = (1 - power(0.999, Double(number))).squareRoot()
    for restart in 0..<restarts {
      let range = restart * count..<(restart + 1) * count
      var along = 0.0
      for index in range { along += attention[index] * slopes[index] }
      for index in range {
        // In the forward pass α = softmax(z), so now dz = α (dα − Σ α dα).
        let slope = attention[index] * (slopes[index] - along)
        first[index] += 0.1 * (slope - first[index])
        second[index] += 0.001 * (slope * slope - second[index])
        largest[index] = max(largest[index], second[index])
        let scale = largest[index].squareRoot() / bias2 + 1e-8
        scores[index] -= search.rate / bias1 * first[index] / scale
      }
    }
  }

  /// ∂loss/∂α. With ∂JSD(a, b)/∂a = ½ ln(a/m) and m = (a + b)/2; where the prediction moved too far,
  /// the penalty's slope is that of TVD(softmax(Σ α_t s_t), p).
  private mutating func differentiate(_ search: AttentionAdversary, _ reading: AttentionReading) {
    for restart in 0..<restarts {
      let start = restart * count
      for t in 0..<count {
        let middle = logarithm((attention[start + t] + reading.attention[t]) / 2)
        slopes[start + t] = -(logarithms[start + t] - middle) / 2
      }
      let p = reading.probabilities(weights(restart))
      guard totalVariation(p, reading.probabilities) > search.epsilon else { continue }
      let signs = zip(p, reading.probabilities).map { $0 > $1 ? 0.5 : $0 < $1 ? -0.5 : 0 }
      let mean = zip(p, signs).reduce(0.0) { $0 + $1.0 * $1.1 }
      let cotangent = zip(p, signs).map { $0 * ($1 - mean) * search.penalty }
      for t in 0..<count {
        let row = reading.tokenScores[t]
        for label in cotangent.indices { slopes[start + t] += cotangent[label] * row[label] }
      }
    }
    guard restarts > 1 else { return }
    let share = 1 / Double(restarts * (restarts - 1)) / 2
    for one in 0..<restarts {
      for other in one + 1..<restarts {
        let (a, b) = (one * count, other * count)
        for t in 0..<count {
          let middle = logarithm((attention[a + t] + attention[b + t]) / 2)
          slopes[a + t] -= share * (logarithms[a + t] - middle)
          slopes[b + t] -= share * (logarithms[b + t] - middle)
        }
      }
    }
  }
}
