import Tensors
import Testing

@testable import Evidence

@Suite struct PlacementNullTests {
  /// Oracle: of the n! orders of a one-hot map, the share with its mass on the best place is 1/n.
  @Test func anEnumeratedNullIsExact() throws {
    let null = try PlacementNull(
      weights: [0, 1, 0, 0], draws: 999, source: RandomSource(seed: 0, stream: "t"),
      statistic: { $0[1] }, isBest: { $0[1] == 1 })
    #expect(null.values.count == 24)
    #expect(null.pValue == 0.25 && null.smallestP == 0.25)
  }

  /// Oracle: a uniform map is the same in every order, so p is 1.
  @Test func aMapThatEveryOrderEqualsIsNeverSignificant() throws {
    let null = try PlacementNull(
      weights: [0.25, 0.25, 0.25, 0.25], draws: 999, source: RandomSource(seed: 0, stream: "t"),
      statistic: { $0[0] }, isBest: { _ in true })
    #expect(null.pValue == 1 && null.smallestP == 1)
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
        weights: weights, draws: 199, source: RandomSource(seed: UInt64(index), stream: "null"),
        statistic: { placed in zip(placed, reference).reduce(0) { $0 + $1.0 * $1.1 } },
        isBest: { _ in false })
      if null.pValue <= 0.05 { small += 1 }
    }
    #expect(Double(small) <= 0.05 * Double(count) + 4 * (0.05 * 0.95 * Double(count)).squareRoot())
  }
}
