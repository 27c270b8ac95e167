import Tensors
import Testing

@testable import Evidence

@Suite struct HighlightTests {
  @Test func theHighlightedSetHoldsHalfOfTheMass() {
    #expect(Highlight([0.1, 0.6, 0.1, 0.1, 0.1]).top == [1])
    #expect(Highlight([3, 1, 1, 3, 1, 1, 1, 1]).top == [0, 3])
  }

  @Test func theHighlightedSetIsAtMostAThird() {
    #expect(Highlight(Array(repeating: 1, count: 9)).top == [0, 1, 2])
    #expect(Highlight([1, 1]).top == [0])
  }

  @Test func negativeScoresAreSetAside() {
    let highlight = Highlight([-5, 1, 0])
    #expect(highlight.weights == [0, 1, 0] && highlight.top == [1] && highlight.hadNegative)
  }

  @Test func aMapWithoutPositiveScoresHighlightsNothing() {
    #expect(Highlight([0, -1]).top.isEmpty)
    #expect(Highlight([]).top.isEmpty)
  }

  @Test func hugeScoresDoNotOverflow() {
    let highlight = Highlight([1e308, 1e308, 0])
    #expect(highlight.weights[0] == 0.5)
  }
}

@Suite struct PlacementNullTests {
  /// Oracle: of the n! orders of a one-hot map, the share with its mass on the best place is 1/n.
  @Test func anEnumeratedNullIsExact() {
    let null = PlacementNull(
      weights: [0, 1, 0, 0], draws: 999, source: RandomSource(seed: 0, stream: "t"), best: 1
    ) { $0[1] }
    #expect(null.values.count == 24)
    #expect(null.pValue == 0.25 && null.smallestP == 0.25)
  }

  /// Oracle: a uniform map is the same in every order, so p is 1.
  @Test func aMapThatEveryOrderEqualsIsNeverSignificant() {
    let null = PlacementNull(
      weights: [0.25, 0.25, 0.25, 0.25], draws: 999, source: RandomSource(seed: 0, stream: "t"),
      best: 0
    ) { $0[0] }
    #expect(null.pValue == 1)
  }

  /// Oracle: under the null the share of p ≤ 5 % is at most 5 %, within four standard errors.
  @Test func pValuesOfRandomMapsAreNotTooSmall() {
    var small = 0
    let count = 400
    for index in 0..<count {
      var draw = RandomSource(seed: 9, stream: "maps").draw(index)
      let weights = (0..<9).map { _ in draw.uniform() }
      let reference = (0..<9).map { _ in draw.uniform() }
      let null = PlacementNull(
        weights: weights, draws: 199, source: RandomSource(seed: UInt64(index), stream: "null"),
        best: 0
      ) { placed in zip(placed, reference).reduce(0) { $0 + $1.0 * $1.1 } }
      if null.pValue <= 0.05 { small += 1 }
    }
    #expect(Double(small) <= 0.05 * Double(count) + 4 * (0.05 * 0.95 * Double(count)).squareRoot())
  }
}

@Suite struct SubsetsTests {
  @Test func fewSubsetsAreAllTaken() {
    let subsets = Subsets(
      of: [1, 2, 3, 4], size: 2, limit: 100, source: RandomSource(seed: 0, stream: "s"))
    #expect(subsets.chosen == [[1, 2], [1, 3], [1, 4], [2, 3], [2, 4], [3, 4]])
  }

  @Test func manySubsetsAreSampledWithoutRepeats() {
    let subsets = Subsets(
      of: Array(0..<30), size: 5, limit: 100, source: RandomSource(seed: 0, stream: "s"))
    #expect(subsets.chosen.count == 100 && Set(subsets.chosen).count == 100)
  }

  @Test func aSetLargerThanTheRestHasNoSwap() {
    #expect(
      Subsets(of: [1], size: 2, limit: 9, source: RandomSource(seed: 0, stream: "s")).chosen == [])
  }
}
