import Testing

@testable import Training

@Suite struct QualityTests {
  /// Oracle: pairs of a positive and a negative text, counted one by one, ties as a half.
  @Test(arguments: [
    ([0.1, 0.4, 0.35, 0.8], [false, false, true, true]),
    ([0.5, 0.5, 0.5, 0.5], [true, false, true, false]),
    ([0.0, -0.0, 1, 1, .infinity], [true, false, true, false, true]),
  ])
  func theAreaIsTheShareOfOrderedPairs(scores: [Double], positive: [Bool]) throws {
    var (sum, pairs) = (0.0, 0.0)
    for (a, isPositive) in zip(scores, positive) where isPositive {
      for (b, other) in zip(scores, positive) where !other {
        sum += a > b ? 1 : a == b ? 0.5 : 0
        pairs += 1
      }
    }
    let area = try #require(Quality.area(scores: scores, positive: positive))
    #expect(abs(area - sum / pairs) < 1e-15)
  }

  @Test(.timeLimit(.minutes(1))) func scoresThatAreNoNumbersHaveNoArea() {
    #expect(Quality.area(scores: [.nan, 0.5], positive: [true, false]) == nil)
    #expect(Quality.area(scores: [.nan, .nan], positive: [true, false]) == nil)
  }
}
