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

  /// Oracle: half is reached at the weight 10.8; 9.8 has 90 % of it and joins, 8.9 has 90 % of 9.8 and
  /// does not: the level is fixed and makes no chain.
  @Test func equalCopiesJoinAndMakeNoChain() {
    let highlight = Highlight([12, 10.8, 9.8, 8.9] + Array(repeating: 0.01, count: 10))
    #expect(highlight.top == [0, 1, 2] && !highlight.cutsTies)
  }

  /// Oracle: four equal copies of nine units; a third are three, so one cannot be named.
  @Test func copiesBeyondTheCapAreSaidToBeMissing() {
    let highlight = Highlight([1, 0, 1, 0, 1, 0, 1, 0, 0])
    #expect(highlight.top == [0, 2, 4] && highlight.cutsTies)
  }

  /// Closed form: K of 2 units among 8 holds 6/12: twice its even share.
  @Test func concentrationIsTheShareOverTheEvenShare() {
    #expect(Highlight([3, 1, 1, 3, 1, 1, 1, 1]).concentration == 2)
    #expect(Highlight([1, 1, 1, 1]).concentration == 1)
    #expect(Highlight([0, -1]).concentration == 0)
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
