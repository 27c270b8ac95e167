import TestSupport
import Testing

@testable import Evidence

@Suite struct PlausibilityTests {
  /// Oracle: scikit-learn's `average_precision_score` by its definition: hits at places 1 and 3 of
  /// 4 give (1/1 + 2/3)/2.
  @Test func averagePrecisionFollowsItsDefinition() {
    expectClose(
      Plausibility.averagePrecision([4, 3, 2, 1], [true, false, true, false]), 5.0 / 6,
      absolute: 1e-15)
    // Tied scores share one threshold: 1 hit of 2 at recall 1.
    #expect(Plausibility.averagePrecision([1, 1], [true, false]) == 0.5)
  }

  /// Oracle: spans counted by hand: [0, 2) matches [0, 3) (2 of 3), [5, 6) matches nothing.
  @Test func spansMatchWhenTheyShareHalfOfTheirUnion() {
    let ours = [true, true, false, false, false, true]
    let theirs = [true, true, true, false, false, false]
    expectClose(Plausibility.spanF1(predicted: ours, human: theirs), 2.0 / 3, absolute: 1e-15)
    #expect(Plausibility.spanF1(predicted: [true, false], human: [false, true]) == 0)
  }
}
