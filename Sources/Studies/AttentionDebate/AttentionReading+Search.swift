import Attribution
import Evidence
import Synchronization
import Tensors

/// Jain & Wallace's search on paper: the attention of the visible positions is the map, and the
/// decision is affine in it while the states are held fixed.
extension AttentionReading: SearchedAttention {
  package var keys: Int { attention.count }
  package var map: [Double] { attention }
  package func report(_ share: Double) {}

  package func see(_ attention: [[Double]], above epsilon: Double) -> SeenAttention {
    let found = attention.map(probabilities)
    let distances = found.map { totalVariation($0, probabilities) }
    return SeenAttention(shares: attention, distances: distances) { slopes, penalty in
      var slopes = slopes
      for start in slopes.indices where distances[start] > epsilon {
        let cotangent = totalVariationSlope(found[start], probabilities).map { $0 * penalty }
        for (position, row) in tokenScores.enumerated() {
          for label in cotangent.indices {
            slopes[start][position] += cotangent[label] * row[label]
          }
        }
      }
      return slopes
    }
  }
}

/// A reading whose search the caller can stop.
private struct WatchedReading: SearchedAttention {
  typealias Failure = AssayError

  let reading: AttentionReading
  let execution: Execution

  var keys: Int { reading.keys }
  var attention: [Double] { reading.attention }
  var map: [Double] { reading.map }

  func report(_ share: Double) throws(AssayError) {
    if !execution.goesOn() { throw .cancelled }
  }

  func see(
    _ attention: [[Double]], above epsilon: Double
  ) throws(AssayError) -> SeenAttention {
    reading.see(attention, above: epsilon)
  }
}

extension AttentionSearch {
  /// Searches for every text, each on one thread, started at random: where each restart ended.
  /// - Throws: `cancelled`.
  package func search(
    _ readings: [AttentionReading], _ execution: Execution
  ) throws(AssayError) -> [[Found]] {
    let source = execution.random("debate.adversary")
    var results: [[Found]] = []
    let block = 64
    for start in stride(from: 0, to: readings.count, by: block) {
      let range = start..<min(start + block, readings.count)
      let found = Mutex<[Int: [Found]]>([:])
      let each = Double(restarts * steps) * 1000
      execution.parallel.forEach(range.count, nanosecondsEach: each) { offset in
        let index = range.lowerBound + offset
        var draw = source.draw(index)
        let starts = randomStarts(readings[index], &draw)
        let ground = WatchedReading(reading: readings[index], execution: execution)
        let one = try? run(ground, from: starts).last
        found.withLock { $0[index] = one }
      }
      try execution.report(Double(range.upperBound) / Double(readings.count), "adversaries")
      results += found.withLock { found in range.compactMap { found[$0] } }
    }
    return results
  }
}
