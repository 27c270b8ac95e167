import Attribution
import ModelSupport
import Models
import Tensors
import TestSupport
import Testing
import Values

@testable import Evidence

/// Verdicts on several maps of one text, on one body of evidence.
@Suite struct SharingTests {
  private static func settings(_ change: (inout Settings) -> Void = { _ in }) -> Settings {
    var settings = Settings()
    (settings.draws.means, settings.draws.most, settings.draws.placements) = (8, 19, 199)
    (settings.draws.supporting, settings.draws.ranking) = (3, 3)
    settings.oracle = .full
    change(&settings)
    return settings
  }

  private static func question(_ fixture: String) throws -> Question {
    let model = try Fixture(fixture).model()
    var random = TestNumbers(seed: 5)
    let ids = (0..<8).map { _ in random.integer(in: 5...52) }
    return try Question.judged(
      model, Input(ids: ids, vocabulary: Vocabulary(size: 53, mask: 4, pad: 0)), target: nil,
      execution: Execution(seed: 6))
  }

  /// Everything that a report says beside what it cost.
  private static func said(_ report: Report) -> String {
    """
    \(report.verdict) \(report.reason) \(report.ladder) \(String(describing: report.strength))
    \(report.conditions) \(report.sentences) \(report.explanation.scores)
    \(String(describing: report.rivals)) \(String(describing: report.repaired))
    \(report.oracle.map { "\(String(describing: $0.verdict)) \($0.efficiencies) \($0.highlighted)" } ?? "")
    \(report.oracle?.judgement.map { $0.removals.map { "\($0) \($1)" }.sorted() } ?? [])
    \(String(describing: report.isTestable))
    \(report.checks.map {
      "\($0.result.outcome) \(String(describing: $0.result.statistic)) \($0.result.sentence) "
        + "\(String(describing: $0.result.pValue)) \(String(describing: $0.result.null?.values)) "
        + "\($0.result.details)"
    })
    """
  }

  /// Oracle: each verdict by itself, for every registered method, with and without a budget, which
  /// leaves every method other draws.
  @Test(arguments: ["bert-gelu-20x5", "gpt2-20x4"], [nil, 800])
  func noVerdictDependsOnTheOtherMethods(fixture: String, budget: Int?) throws {
    let question = try Self.question(fixture)
    let able = question.model.card.capabilities
    let names = Methods.all.map(\.info).filter { $0.needs.isSubset(of: able) }.map(\.name)
    #expect(names.count > 8)
    let settings = Self.settings { $0.budget = budget }
    let checks = try Checks.selected(budget == nil ? .standard : .deciding)
    func report(_ name: String, _ shared: SharedEvidence) throws -> Report {
      try question.model.judge(
        question, explanation: .method(name), checks: checks, settings: settings, sharing: shared
      ).report
    }
    var alone: [String: Report] = [:]
    for name in names { alone[name] = try report(name, SharedEvidence()) }
    let all = alone.values.reduce(0) { $0 + $1.cost.forwardEquivalents }
    let shared = SharedEvidence()
    var spent = 0
    for name in names.reversed() {
      let found = try report(name, shared)
      spent += found.cost.forwardEquivalents
      let (one, other) = (Self.said(found), Self.said(try #require(alone[name])))
      let isSame = one == other
      let start = zip(one, other).prefix { $0 == $1 }.map { String($0.0) }.suffix(90).joined()
      #expect(isSame, "\(name), after: \(start)")
    }
    #expect(spent < all)
  }

  /// Oracle: nothing is left to run for a map that was judged before; the rows of attention that move
  /// are looked up once more.
  @Test func theSameMapAgainCostsNextToNothing() throws {
    let question = try Self.question("bert-gelu-20x5")
    let shared = SharedEvidence()
    func cost() throws -> Cost {
      try question.model.judge(
        question, explanation: .method("attention_rollout"), checks: try Checks.selected(.deciding),
        settings: Self.settings(), sharing: shared
      ).report.cost
    }
    let (first, second) = (try cost(), try cost())
    #expect(first.forwards > 50 && first.backwards > 0)
    #expect(second.forwards <= 2 && second.backwards == 0, "\(second)")
  }

  /// Oracle: the row with one method, and each further method judged by itself.
  @Test func furtherMethodsOfARowCostLessThanAlone() throws {
    let model = try Fixture("bert-gelu-20x5").model()
    let question = try Self.question("bert-gelu-20x5")
    let row = DataSetRow(question.input, seed: 6)
    func examined(_ method: String, _ versus: [String]) throws -> ExaminedRow {
      var questions = RowQuestions(method: method, methods: [method, "saliency"])
      (questions.versus, questions.settings) = (versus, Self.settings())
      return try model.examine([row], questions, execution: Execution())[0].get()
    }
    let names = ["attention_rollout", "attention", "saliency", "leave_one_out"]
    let alone = try names.map { try examined($0, []) }
    let together = try examined(names[0], Array(names.dropFirst()))
    #expect(together.judged.map(\.name) == names)
    for (one, other) in zip(together.judged, alone) {
      #expect(one.own == other.judged[0].own, "\(one.name)")
      #expect(one.oracle == other.judged[0].oracle, "\(one.name)")
      #expect(one.isTestable == other.judged[0].isTestable)
      #expect(one.trustsChance == other.judged[0].trustsChance)
    }
    let separate = alone.reduce(0) { $0 + $1.cost.forwardEquivalents }
    #expect(together.cost.forwardEquivalents < separate)
    #expect(together.cost.forwardEquivalents > alone[0].cost.forwardEquivalents)
  }

  /// Oracle: the leave-one-out map, averaged over the operators that decided, judged as scores from
  /// elsewhere within the same attention.
  @Test func theOracleIsTheRuleOnTheLeaveOneOutMap() throws {
    let question = try Self.question("bert-gelu-20x5")
    let settings = Self.settings()
    let (report, examination) = try question.model.judge(
      question, explanation: .method("attention_rollout"),
      checks: try Checks.selected(.deciding), settings: settings, sharing: SharedEvidence())
    let removal = try #require(
      Findings(report.checks.compactMap(\.result.finding)).of(RemovalFinding.self))
    let singles = removal.deciding.map(\.singles)
    let scores = examination.highlight.weights.indices.map { unit in
      singles.reduce(0) { $0 + $1[unit] } / Double(singles.count)
    }
    let direct = try question.model.judge(
      question, explanation: .scores(scores), checks: try Checks.selected(.deciding),
      settings: settings, sharing: SharedEvidence()
    ).report
    #expect(report.oracle?.judgement == Judgement(direct))
    #expect(
      report.isTestable
        == (try Testability(examination: examination, removal: removal).isTestable()
          || report.oracle?.passesRemoval == true))
  }

  /// Oracle: the oracle of a map that can be removed, on the same evidence: a map without a positive
  /// weight changes nothing about what can be attained.
  @Test func aMapThatHighlightsNothingHasItsCeilingToo() throws {
    let question = try Self.question("bert-gelu-20x5")
    func report(_ explanation: TestedExplanation) throws -> Report {
      try question.model.judge(
        question, explanation: explanation, checks: try Checks.selected(.deciding),
        settings: Self.settings(), sharing: SharedEvidence()
      ).report
    }
    let (empty, full) = (
      try report(.scores(Array(repeating: -1, count: 8))),
      try report(.scores((0..<8).map(Double.init)))
    )
    #expect(empty.reason == .flat && empty.verdict == .notTrustworthy)
    #expect(try #require(empty.oracle?.judgement) == full.oracle?.judgement)
    #expect(empty.isTestable == full.isTestable && empty.repaired == nil)
  }
}
