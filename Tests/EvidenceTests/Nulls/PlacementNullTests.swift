import Tensors
import Testing

@testable import Evidence

@Suite struct PlacementNullTests {
  /// Oracle: of the n! orders of a one-hot map, the share with its mass on the best place is 1/n.
  @Test func anEnumeratedNullIsExact() throws {
    let null = try PlacementNull(
      weights: [0, 1, 0, 0], draws: 999, alpha: 0.05, source: RandomSource(seed: 0, stream: "t"),
      statistic: { $0[1] }, isBest: { $0[1] == 1 })
    #expect(null.values.count == 24)
    #expect(null.pValue == 0.25 && null.smallestP == 0.25)
  }

  /// Oracle: a uniform map is the same in every order, so p is 1.
  @Test func aMapThatEveryOrderEqualsIsNeverSignificant() throws {
    let null = try PlacementNull(
      weights: [0.25, 0.25, 0.25, 0.25], draws: 999, alpha: 0.05,
      source: RandomSource(seed: 0, stream: "t"),
      statistic: { $0[0] }, isBest: { _ in true })
    #expect(null.pValue == 1 && null.smallestP == 1)
  }

  /// Oracle: the number of draws behind a p-value, read off its denominator, and what p is by
  /// symmetry: a one-hot map on the place that outranks all but `better` of n.
  @Test(arguments: [(better: 0, more: false), (better: 1, more: true), (better: 9, more: false)])
  func moreIsDrawnOnlyWhereTheLevelIsNear(better: Int, more: Bool) throws {
    let count = 60
    let null = try PlacementNull(
      weights: (0..<count).map { $0 == better ? 1 : 0 }, draws: 999, alpha: 0.05,
      source: RandomSource(seed: 4, stream: "t"),
      statistic: { placed in zip(placed, 0...).reduce(0) { $0 + $1.0 * Double(count - $1.1) } },
      isBest: { _ in false })
    let read = more ? 19_980 : 999
    let reached = null.pValue * Double(1 + read) - 1
    #expect(abs(reached - reached.rounded()) < 1e-9, "p = \(null.pValue) is not of \(read) draws")
    #expect(null.values.count == 999)
    let expected = Double(better + 1) / Double(count)
    let deviation = (expected * (1 - expected) / Double(read)).squareRoot()
    #expect(abs(null.pValue - expected) < 5 * deviation + 1 / Double(read))
  }

  /// Oracle: under the null the share of p ≤ 5 % is at most 5 %, within four standard errors.
  @Test func pValuesOfRandomMapsAreNotTooSmall() throws {
    var small = 0
    let count = 400
    for index in 0..<count {
      var draw = RandomSource(seed: 9, stream: "maps").draw(index)
      let weights = (0..<9).map { _ in draw.uniform() }
      let reference = (0..<9).map { _ in draw.uniform() }
      let null = try PlacementNull(
        weights: weights, draws: 199, alpha: 0.05,
        source: RandomSource(seed: UInt64(index), stream: "null"),
        statistic: { placed in zip(placed, reference).reduce(0) { $0 + $1.0 * $1.1 } },
        isBest: { _ in false })
      if null.pValue <= 0.05 { small += 1 }
    }
    #expect(Double(small) <= 0.05 * Double(count) + 4 * (0.05 * 0.95 * Double(count)).squareRoot())
  }
}
