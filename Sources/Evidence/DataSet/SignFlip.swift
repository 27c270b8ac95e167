import Tensors

/// The sign-flip test: if neither map is better, each text's difference is as likely to have the
/// other sign (Fisher 1935).
package enum SignFlip {
  /// Draws where flips are too many to go through.
  package static let draws = 9999
  /// A sum that misses the observed one by no more than this part of all magnitudes has reached it.
  private static let tie = 1e-12

  /// The share of flips whose sum reaches the observed one, one-sided.
  ///
  /// All 2ⁿ are counted where they are no more than the draws, the observed one among them; else
  /// (1 + those drawn that reach it)/(1 + draws).
  /// - Parameters:
  ///   - sums: the sum of each text's differences; what is 0 flips into itself.
  ///   - execution: the call, whose seed keys the draws under the name of `stream`; the share is of no
  ///     use where the caller stops it.
  package static func pValue(
    _ sums: [Double], _ execution: Execution, _ stream: String
  ) -> Double {
    let moving = sums.filter { $0 != 0 }
    let observed = moving.compensatedSum
    let level = observed - tie * moving.map(abs).compensatedSum
    if moving.count < Int.bitWidth - 1, 1 << moving.count <= draws {
      let all = 1 << moving.count
      let reached = (0..<all).count { flips in
        moving.indices.reduce(0.0) { $0 + (flips >> $1 & 1 == 1 ? -moving[$1] : moving[$1]) }
          >= level
      }
      return Double(reached) / Double(all)
    }
    let source = execution.random(stream)
    let reached = (0..<draws).count { index in
      guard execution.goesOn(index) else { return false }
      var draw = source.draw(index)
      var sum = 0.0
      for start in stride(from: 0, to: moving.count, by: 64) {
        var bits = draw.next()
        for value in moving[start..<min(start + 64, moving.count)] {
          sum += bits & 1 == 1 ? -value : value
          bits >>= 1
        }
      }
      return sum >= level
    }
    return Double(1 + reached) / Double(1 + draws)
  }
}
