import TestSupport
import Testing

@testable import Evidence

/// The loss of the search for other attention (Jain & Wallace 2019, eq. 1).
@Suite struct AttentionSearchTests {
  /// Oracle: central differences of −Σ JSD(ẽ_i, e) − 1/(k(k − 1)) Σ_{i<j} JSD(ẽ_i, ẽ_j), along
  /// changes that keep each a distribution.
  @Test func theSlopesAreThoseOfTheDivergences() {
    let original = [0.5, 0.3, 0.15, 0.05]
    let shares = [[0.1, 0.2, 0.3, 0.4], [0.25, 0.25, 0.4, 0.1], [0.7, 0.1, 0.1, 0.1]]
    func loss(_ shares: [[Double]]) -> Double {
      var total = 0.0
      for (start, own) in shares.enumerated() {
        total -= JensenShannon.divergence(own, original)
        for other in shares[(start + 1)...] { total -= JensenShannon.divergence(own, other) / 6 }
      }
      return total
    }
    let slopes = AttentionSearch().slopes(of: shares, from: original)
    for start in shares.indices {
      for key in 1..<4 {
        func moved(_ change: Double) -> Double {
          var shares = shares
          shares[start][0] -= change
          shares[start][key] += change
          return loss(shares)
        }
        let slope = (moved(1e-5) - moved(-1e-5)) / 2e-5
        expectClose(slopes[start][key] - slopes[start][0], slope, absolute: 1e-8)
      }
    }
  }

  /// Oracle: by hand.
  @Test func theMedianIsTheMiddleOrTheMeanOfTheMiddleTwo() {
    #expect(median([]) == 0 && median([3]) == 3)
    #expect(median([4, 1]) == 2.5 && median([3, 1, 2]) == 2 && median([9, 1, 3, 2]) == 2.5)
  }
}
