import TestSupport
import Testing

@testable import Evidence

@Suite struct PlausibilityScoresTests {
  /// Oracle: scikit-learn's `average_precision_score` by its definition: hits at places 1 and 3 of
  /// 4 give (1/1 + 2/3)/2.
  @Test func averagePrecisionFollowsItsDefinition() {
    expectClose(
      PlausibilityScores.averagePrecision([4, 3, 2, 1], [true, false, true, false]), 5.0 / 6,
      absolute: 1e-15)
    // Tied scores share one threshold: 1 hit of 2 at recall 1.
    #expect(PlausibilityScores.averagePrecision([1, 1], [true, false]) == 0.5)
  }

  /// Oracle: precision and recall one by one, for every set of five tokens against every other.
  @Test func tokenF1IsTheHarmonicMeanOfPrecisionAndRecall() {
    for chosen in 1..<32 {
      for marks in 1..<32 {
        let (k, marked) = (
          (0..<5).filter { chosen >> $0 & 1 == 1 }, (0..<5).map { marks >> $0 & 1 == 1 }
        )
        let hits = Double(k.count { marked[$0] })
        let (p, r) = (hits / Double(k.count), hits / Double(marked.count { $0 }))
        let expected = p + r > 0 ? 2 * p * r / (p + r) : 0
        let found = PlausibilityScores(
          scores: [1, 2, 3, 4, 5], highlighted: k, marked: marked)
        expectClose(found?.tokenF1 ?? .nan, expected, absolute: 1e-15)
      }
    }
  }

  /// Oracle: spans counted by hand: [0, 2) matches [0, 3) (2 of 3), [5, 6) matches nothing: one
  /// found of two and one.
  @Test func spansMatchWhenTheyShareMoreThanHalfOfTheirUnion() {
    let ours = [true, true, false, false, false, true]
    let theirs = [true, true, true, false, false, false]
    expectClose(PlausibilityScores.spanF1(predicted: ours, theirs), 2.0 / 3, absolute: 1e-15)
    #expect(PlausibilityScores.spanF1(predicted: [true, false], [false, true]) == 0)
    // Two of four is half of the union, and "more than" half is what the paper says.
    let half = [true, true, false, false]
    #expect(PlausibilityScores.spanF1(predicted: half, [true, true, true, true]) == 0)
  }

  /// Oracle: the pairs of runs one by one, both ways, for all marks of seven tokens: the runs found
  /// are as many on both sides.
  @Test func theSpansFoundAreTheSameNumberOnBothSides() {
    func runs(_ bits: Int) -> [Set<Int>] {
      (0..<7).reduce(into: []) { all, place in
        guard bits >> place & 1 == 1 else { return }
        if place > 0, bits >> (place - 1) & 1 == 1 {
          all[all.count - 1].insert(place)
        } else {
          all.append([place])
        }
      }
    }
    for a in stride(from: 1, to: 128, by: 3) {
      for b in 1..<128 {
        let (ours, theirs) = (runs(a), runs(b))
        func matches(_ x: Set<Int>, _ y: Set<Int>) -> Bool {
          2 * x.intersection(y).count > x.union(y).count
        }
        let precision =
          Double(ours.count { x in theirs.contains { matches(x, $0) } }) / Double(ours.count)
        let recall =
          Double(theirs.count { x in ours.contains { matches(x, $0) } }) / Double(theirs.count)
        let expected = precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0
        let marks = { (bits: Int) in (0..<7).map { bits >> $0 & 1 == 1 } }
        expectClose(
          PlausibilityScores.spanF1(predicted: marks(a), marks(b)), expected, absolute: 1e-15)
      }
    }
  }

  @Test func nothingMarkedHasNoScore() {
    #expect(PlausibilityScores(scores: [1, 2], highlighted: [0], marked: [false, false]) == nil)
  }
}
