import Attribution
import Evidence
import Models
import Tensors
import Testing
import Values

@testable import Studies

@Suite struct VerifyOptionsTests {
  private func report(
    _ checks: Checks.Selection = .standard, _ change: (inout Settings) -> Void = { _ in }
  ) throws -> (PlantedModel, Report) {
    let planted = try CheckContractTests.planted()
    var settings = planted.settings(CheckContractTests.settings)
    change(&settings)
    let report = try planted.model.verify(
      planted.input, explanation: .method("attention"), checks: checks, settings: settings,
      execution: Execution(seed: 3))
    return (planted, report)
  }

  /// Oracle: an estimate is an upper bound; what is decided early costs less.
  @Test func theEstimateBoundsTheCost() throws {
    let (_, report) = try report()
    #expect(report.cost.forwardEquivalents <= report.estimate.forwardEquivalents)
    for (info, result) in report.checks where info.role != .primary {
      #expect(result.cost.forwards <= report.estimate.forwards, "\(info.name)")
    }
  }

  @Test func aBudgetIsKeptAndSaidAloud() throws {
    let (_, whole) = try report()
    let budget = whole.estimate.forwardEquivalents * 3 / 4
    let (_, report) = try report { $0.budget = budget }
    #expect(report.cost.forwardEquivalents <= budget)
    #expect(report.verdict == whole.verdict)
    #expect(report.sentences.contains { $0.contains("To stay within \(budget) passes") })
  }

  /// Oracle: a time that is enough for everything takes nothing away; one that is not is refused, since
  /// no machine makes the fewest passes in a nanosecond.
  @Test func aTimeIsABudget() throws {
    let (_, whole) = try report()
    let (_, report) = try report { $0.budgetSeconds = 1e6 }
    #expect(report.verdict == whole.verdict && report.sentences == whole.sentences)
    #expect(report.checks.map(\.result.statistic) == whole.checks.map(\.result.statistic))
    let error = #expect(throws: AssayError.self) { try self.report { $0.budgetSeconds = 1e-9 } }
    #expect(error?.kind == .option && error?.description.contains("seconds") == true)
  }

  @Test func aBudgetBelowTheLeastIsRefused() throws {
    let error = #expect(throws: AssayError.self) { try report { $0.budget = 10 } }
    #expect(error?.kind == .option && error?.description.contains("budget") == true)
  }

  /// Oracle: the verdict on the same text none of whose tokens is marked as special, for maps that
  /// marks decide about: attention on the marker, and on the tokens that frame the text.
  @Test(arguments: [6, 0]) func theVerdictWithSpecialTokensStandsBeside(top: Int) throws {
    let planted = try CheckContractTests.planted()
    var bare = planted.input
    bare.special = bare.special.map { _ in false }
    var settings = planted.settings(CheckContractTests.settings)
    func report(_ input: Input) throws -> Report {
      let scores = (0..<input.count).map { $0 == top ? 8 : 1 + Double($0) / 64 }
      return try planted.model.verify(
        input, explanation: .scores(scores), checks: .deciding, settings: settings,
        execution: Execution(seed: 3))
    }
    let (without, marked) = (try report(planted.input), try report(bare))
    settings.withSpecial = true
    let with = try report(planted.input)
    #expect(without.withSpecial == nil)
    #expect((with.verdict, with.reason) == (without.verdict, without.reason))
    #expect(try #require(with.withSpecial) == (marked.verdict, marked.reason))
    #expect((without.reason == marked.reason) == (top == 6))
  }

  /// Oracle: the planted marker is the whole rationale.
  @Test func aRationaleIsComparedWithTheMap() throws {
    let (planted, report) = try report(.named(["plausibility"])) {
      $0.checkOptions["rationale"] = .list((0..<12).map { .integer($0 == 6 ? 1 : 0) })
    }
    #expect(planted.evidence == [6])
    let result = report.checks.first { $0.info.name == "plausibility" }?.result
    #expect(result?.statistic == 1 && result?.outcome == .inconclusive)
  }

  @Test func aRationaleOfAnotherLengthIsRefused() throws {
    let error = #expect(throws: AssayError.self) {
      try report { $0.checkOptions["rationale"] = [1] }
    }
    #expect(error?.kind == .shape && error?.description.contains("10 marks") == true)
  }

  @Test func fillInsBeyondTheVocabularyAreRefused() throws {
    let error = #expect(throws: AssayError.self) { try report { $0.fillIns = [9999] } }
    #expect(error?.kind == .option && error?.description.contains("fill_ins") == true)
  }

  /// Oracle: rounding to the same seed: nothing depends on order or threads.
  @Test func equalSeedsGiveEqualReports() throws {
    let (_, first) = try report(.deciding)
    let (_, second) = try report(.deciding)
    #expect(first.checks.map(\.result.pValue) == second.checks.map(\.result.pValue))
    #expect(first.checks.map(\.result.statistic) == second.checks.map(\.result.statistic))
  }
}
