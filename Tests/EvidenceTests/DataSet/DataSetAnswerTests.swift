import Kernels
import Tensors
import TestSupport
import Testing

@testable import Evidence

@Suite struct DataSetAnswerTests {
  /// Six rows of a run, with one method beside the tested one.
  private static func columns() -> ExaminedColumns {
    var columns = ExaminedColumns()
    columns.rows = [0, 2, 3, 5, 6, 9]
    columns.verdicts = [
      "trustworthy", "inconclusive", "trustworthy", "not trustworthy", "inconclusive",
      "trustworthy",
    ]
    columns.reasons = ["none", "low_power", "none", "decoy", "none", "none"]
    columns.ladders = [4, 1, 4, 1, 2, 4]
    let supported = [
      "supported", "inconclusive", "supported", "contradicted", "supported", "supported",
    ]
    columns.conditions = [supported, supported, supported]
    columns.checks = [
      .init(
        name: "gradient_agreement",
        outcomes: ["supports", "inconclusive", "supports", "contradicts", "supports", "supports"],
        statistics: [0.9, 0.2, 0.7, -0.1, nil, 0.8]),
      .init(
        name: "removal", outcomes: Array(repeating: "supports", count: 6),
        statistics: [0.5, 0.6, 0.7, 0.8, 0.9, 0.6]),
    ]
    columns.confidences = [0.9, 0.6, 0.7, 0.8, 0.5, nil]
    columns.correct = [true, false, true, nil, true, true]
    columns.removedSame = [false, true, false, true, nil, false]
    columns.randomSame = [0.9, 1, 0.8, 1, nil, 0.7]
    columns.removedCorrect = [false, false, false, nil, nil, false]
    columns.randomCorrect = [0.9, 0.1, 0.8, nil, nil, 0.7]
    columns.plausibility = [
      ("auprc", [0.5, nil, 0.7, nil, nil, nil]), ("iou_f1", [nil, nil, nil, nil, nil, nil]),
    ]
    columns.methods = ["attention", "saliency"]
    columns.kendall =
      [[1, 0.5, 0.5, 1], [1, 0.1, 0.1, 1], [1, nil, nil, 1]]
      + Array(repeating: [nil, nil, nil, nil], count: 3)
    columns.lift = Array(repeating: [0.8, 0.6, 0.5, 0.9], count: 6)
    columns.liftVariance = Array(repeating: [0.02, 0.04], count: 6)
    columns.curves = [
      (
        "sufficiency",
        [
          nil, DeletionCurve(values: Array(repeating: 2, count: 44)), nil,
          DeletionCurve(values: Array(repeating: 4, count: 44)), nil, nil,
        ]
      )
    ]
    return columns
  }

  /// Oracle: counted by hand.
  @Test func theRowsAreCounted() throws {
    let answer = try DataSetAnswer(Self.columns(), Execution(seed: 0))
    #expect(answer.examined == 6)
    #expect(answer.verdicts["trustworthy"] == Proportion(3, of: 6))
    #expect(answer.reasons.all.map(\.word) == ["decoy", "low_power", "none"])
    #expect(answer.ladder["4"] == Proportion(3, of: 6))
    #expect(answer.conditions[0].shares["supported"] == Proportion(4, of: 6))
    #expect(answer.checks[0].statistics.count == 5)
    #expect(answer.kendall[1] == PairMean(count: 2, mean: 0.3))
    #expect(answer.kendall[0] == PairMean(count: 3, mean: 1))
    #expect(answer.plausibility.map(\.name) == ["auprc"])
    #expect(answer.curves.count == 1 && answer.curves[0].count == 2)
    #expect(answer.curves[0].curve[part: 1] == Array(repeating: 3, count: 11))
  }

  /// Oracle: 6 · 0.6/√(6 · 0.04).
  @Test func theTestAddsUpTheRows() throws {
    let answer = try DataSetAnswer(Self.columns(), Execution(seed: 0))
    #expect(answer.tests.map(\.method) == ["saliency"])
    expectClose(
      try #require(answer.tests[0].test.result).z, 3.6 / 0.24.squareRoot(), absolute: 1e-12)
    #expect(answer.persistence == .aboutHalf)
    #expect(answer.paragraph.contains("Agreement is more than chance"))
    #expect(answer.paragraph.contains("supported in 67% [30%, 90%] of 6 examples"))
    #expect(
      answer.paragraph.contains(
        "Accuracy is 75.0%; without the highlighted tokens it is 0.0%, without as many random ones 62.5%."
      ))
  }

  /// Oracle: means by hand over the rows that have both; accuracy over the labelled ones.
  @Test func removalIsComparedRowByRow() throws {
    let removal = try DataSetAnswer(Self.columns(), Execution(seed: 0)).removal
    #expect(removal.removed.count == 5 && removal.removed.mean == 0.4)
    expectClose(try #require(removal.gap.mean), (4.4 - 2) / 5, absolute: 1e-15)
    let accuracy = try #require(removal.accuracy)
    #expect(accuracy.before.mean == 0.75 && accuracy.removed.mean == 0)
    expectClose(try #require(accuracy.gap.mean), 0.625, absolute: 1e-15)
    var unlabelled = Self.columns()
    unlabelled.removedCorrect = Array(repeating: nil, count: 6)
    #expect(try DataSetAnswer(unlabelled, Execution(seed: 0)).removal.accuracy == nil)
  }

  /// Oracle: five confidences in thirds are two, two and one.
  @Test func thirdsAreAsEqualAsTheirNumberAllows() throws {
    let bands = try DataSetAnswer(Self.columns(), Execution(seed: 0)).byConfidence
    #expect(bands.map(\.group.count) == [2, 2, 1])
    #expect(bands.map(\.low) == [0.5, 0.7, 0.9] && bands.map(\.high) == [0.6, 0.8, 0.9])
    let right = try DataSetAnswer(Self.columns(), Execution(seed: 0)).byCorrectness
    #expect(right.map(\.isRight) == [true, false] && right.map(\.group.count) == [4, 1])
  }

  /// Oracle: by hand: verdict, rungs, the weaker agreement, then the earlier row.
  @Test func theEndsAreRanked() throws {
    let answer = try DataSetAnswer(Self.columns(), Execution(seed: 0))
    #expect(answer.mostTrustworthy.map(\.place) == [2, 5, 0, 4, 1, 3])
    #expect(answer.leastTrustworthy.map(\.place) == [3, 1, 4, 0, 5, 2])
    #expect(answer.mostTrustworthy[3].weakerAgreement == -2)
  }

  @Test func nothingExaminedIsSaid() throws {
    var columns = ExaminedColumns()
    columns.methods = ["attention"]
    columns.conditions = [[], [], []]
    let answer = try DataSetAnswer(columns, Execution(seed: 0))
    #expect(answer.paragraph == "No example could be examined, so nothing can be said.")
    #expect(answer.persistence == .undecided && answer.mostTrustworthy.isEmpty)
  }

  /// Oracle: the same seed gives the same intervals, another one others; shares need no draws.
  @Test func intervalsAreKeyedBySeedAndName() throws {
    let a = try DataSetAnswer(Self.columns(), Execution(seed: 1))
    let b = try DataSetAnswer(Self.columns(), Execution(seed: 1))
    #expect(a.removal.random == b.removal.random)
    let other = try DataSetAnswer(Self.columns(), Execution(seed: 2))
    #expect(
      a.checks[0].statistics.summary?.histogram == other.checks[0].statistics.summary?.histogram)
    var random = TestNumbers(seed: 3)
    let values = random.floats(30).map(Double.init)
    let keyed = [(1, "a"), (2, "a"), (1, "b")].map { seed, name in
      Bootstrap(Execution(seed: seed), name).mean(values)
    }
    #expect(keyed[0] != keyed[1] && keyed[0] != keyed[2])
  }

  // Oracle: what a caller who wants no more is promised.
  @Test func whoStopsTheCallGetsNoAnswer() {
    let stopped = Execution(seed: 1).watched(by: Poll { _ in false })
    #expect(throws: AssayError.cancelled) { try DataSetAnswer(Self.columns(), stopped) }
    #expect(Bootstrap(stopped, "values").mean([1, 2, 3]) == nil)
  }
}
