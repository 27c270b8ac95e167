import Attribution
import Evidence
import Models
import Tensors
import Testing
import Values

@testable import Studies

@Suite struct PlantedVerdictTests {
  /// Oracle: the planted truth of every claim, and the reason that goes with it.
  @Test(
    arguments: KnownTruth.families.filter { family in
      family.generator == .written && family.kind.name == PlantedKind.base.name
    }.map(\.info.name) + ["taught_selector", "taught_flat"])
  func theVerdictFindsThePlantedTruth(family name: String) throws {
    let calibration = try KnownTruth.calibrate(
      draws: 2, seed: 1, families: [name], wrongMaps: false, execution: Execution(threads: 2))
    for trial in calibration.trials {
      #expect(trial.agrees, "\(name) \(trial.number): \(trial.verdict), \(trial.reason)")
      #expect(trial.reasonIsRight, "\(name) \(trial.number): \(trial.verdict), \(trial.reason)")
    }
  }

  /// Oracle: the same in every further kind of model: what is true is recognised where error rates count
  /// as measured, and nothing untrue is trusted. One untrue map in ten may stay undecided.
  @Test(arguments: PlantedKind.further.map(\.name))
  func theVerdictFindsTheTruthInEveryKind(_ name: String) throws {
    let kind = try PlantedKind.named(name)
    let families = ["selector", "joint_selector", "decoy"].map { "\($0).\(name)" }
    let calibration = try KnownTruth.calibrate(
      draws: 1, seed: 5, families: families, wrongMaps: false, execution: Execution(threads: 2))
    #expect(calibration.rows.count == 2 * families.count)
    for trial in calibration.trials {
      let isTrue = trial.claim.truth == .trustworthy
      let mayMiss =
        trial.verdict != .trustworthy && (!isTrue || !kind.model.isCalibrated)
      #expect(
        trial.agrees || mayMiss, "\(trial.family): \(trial.verdict), \(trial.reason)")
    }
  }

  /// Oracle: the same verdict asked for with the other thresholds from the start.
  @Test(arguments: ["selector", "redundant", "suppressor", "carrier", "graded"])
  func measurementsCanBeJudgedAgainUnderOtherThresholds(family name: String) throws {
    let planted = try PlantedModel(KnownTruth.named(name), purpose: "test", number: 1, seed: 3)
    func report(_ thresholds: Thresholds) throws -> Report {
      var settings = planted.settings()
      settings.thresholds = thresholds
      settings.measuresAll = true
      return try planted.model.verify(
        planted.input, explanation: .method("attention"), checks: .deciding, settings: settings,
        execution: Execution(seed: 2))
    }
    let first = try report(Thresholds())
    for index in stride(from: 0, to: ThresholdGrid.all.count, by: 41) {
      let thresholds = ThresholdGrid.all[index]
      let (again, judged) = (try report(thresholds), first.reconsidered(under: thresholds))
      #expect(judged == again.verdict, "\(thresholds)")
    }
  }

  /// Oracle: the same verdicts, each measured by itself.
  @Test func sharingEvidenceChangesNothingButTheCost() throws {
    let planted = try PlantedModel(Carrier(), purpose: "test", number: 2, seed: 3)
    let shared = SharedEvidence()
    let question = try Question.judged(
      planted.model, planted.input, target: nil, execution: Execution(seed: 2))
    for (place, method) in ["attention", "attention_rollout", "attention"].enumerated() {
      func report(_ shared: SharedEvidence) throws -> Report {
        try planted.model.judge(
          question, explanation: .method(method), checks: try Checks.selected(.deciding),
          settings: planted.settings(), sharing: shared
        ).report
      }
      let (together, alone) = (try report(shared), try report(SharedEvidence()))
      #expect(together.verdict == alone.verdict && together.reason == alone.reason)
      for (one, other) in zip(together.checks, alone.checks) {
        #expect(one.result.statistic == other.result.statistic)
        #expect(one.result.pValue == other.result.pValue)
        #expect(one.result.sentence == other.result.sentence)
      }
      if place > 0 { #expect(together.cost.forwards < alone.cost.forwards) }
    }
  }

  /// Oracle: a map made in another way is not the planted truth, unless it names the evidence.
  @Test func wrongMapsOfTruthfulModelsAreNotTrusted() throws {
    let calibration = try KnownTruth.calibrate(
      draws: 1, seed: 2, families: ["selector"], execution: Execution(threads: 2))
    let wrong = calibration.trials.filter { $0.map != .own }
    #expect(wrong.count == 2 * WrongMap.allCases.count)
    for trial in wrong where !trial.namesEvidence {
      #expect(trial.verdict != .trustworthy, "\(trial)")
    }
  }

  /// Oracle: by construction: half of what decides jointly is not the truth, though it names some of it,
  /// and counts by itself.
  @Test func halfOfWhatDecidesJointlyIsCountedApart() throws {
    let calibration = try KnownTruth.calibrate(
      draws: 2, seed: 2, families: ["joint_selector"], execution: Execution(threads: 2))
    let halves = calibration.trials.filter { $0.map == .half }
    #expect(halves.count == 4 && halves.allSatisfy(\.namesEvidence))
    #expect(halves.allSatisfy { !$0.claim.accepts(.trustworthy) })
    #expect(calibration.trustedHalves.trials == 2 && calibration.trustedWrongMaps.trials == 2)
    let wrong = calibration.trials.filter(\.map.isWrong)
    #expect(wrong.count == 4 * WrongMap.allCases.count)
  }

  /// Oracle: the planted copies: attention on any of them would have done as well.
  @Test func aReportNamesTheSpareAsARival() throws {
    let calibration = try KnownTruth.calibrate(
      draws: 3, seed: 2, families: ["spare", "selector"], wrongMaps: false,
      execution: Execution(threads: 2))
    for trial in calibration.trials {
      #expect(trial.namesSpares == (trial.family == "spare" ? true : nil))
    }
    let rows = calibration.rows.filter { $0.family == "spare" }
    #expect(rows.allSatisfy { $0.namingSpares?.share == 1 })
  }

  /// Oracle: the default verdict runs further checks, which inform but do not decide here.
  @Test func theDefaultChecksGiveTheSameVerdict() throws {
    let planted = try PlantedModel(Selector(), purpose: "test", number: 0, seed: 1)
    var settings = planted.settings()
    settings.checkOptions = ["shuffles": 10]
    let report = try planted.model.verify(
      planted.input, explanation: .method("attention"), settings: settings,
      execution: Execution())
    #expect(report.verdict == .trustworthy && report.reason == .none)
    #expect(report.highlighted == planted.evidence)
  }
}
