import Attribution
import ModelSupport
import Models
import Tensors
import TestSupport
import Testing

@testable import Evidence

@Suite struct MethodComparisonTests {
  private static let input = Input(
    ids: [7, 31, 12, 44, 9, 23, 18], vocabulary: Vocabulary(size: 53, mask: 4, pad: 0))

  private static func asked(_ methods: [String]?) -> MethodComparison.Questions {
    var asked = MethodComparison.Questions()
    asked.methods = methods
    (asked.settings.draws.means, asked.settings.draws.most) = (8, 19)
    asked.settings.draws.placements = 199
    return asked
  }

  /// Oracle: every explanation, agreement and verdict by itself.
  @Test func everythingIsThatOfSingleCalls() throws {
    let model = try Fixture("bert-gelu-20x5").model()
    let names = ["attention", "saliency", "shapley_sampling"]
    let asked = Self.asked(names)
    let execution = Execution(seed: 4)
    let found = try MethodComparison(model, Self.input, asked, execution: execution)
    let question = try Question(model, Self.input, execution: execution)
    let again = try Question(model, Self.input, execution: Execution(seed: 5))
    let maps = try names.map { try question.explain(method: $0).scores.map { abs(Double($0)) } }
    func tau(_ a: [Double], _ b: [Double]) throws -> Agreement.Entry {
      try Agreement.measure(a, b, statistics: ["kendall"], seed: 4).entries[0]
    }
    for row in names.indices {
      for column in 0..<row {
        let pair = try tau(maps[row], maps[column])
        #expect(found.agreement[row * 3 + column] == pair.association.value)
        #expect(found.agreement[column * 3 + row] == pair.association.value)
        #expect(found.noiseFloor[row * 3 + column] == pair.noiseFloor?.quantile)
      }
      let other = try again.explain(method: names[row]).scores.map { abs(Double($0)) }
      let own = maps[row] == other ? 1 : try tau(maps[row], other).association.value
      #expect(found.ceiling[row] == own)
      #expect(found.agreement[row * 3 + row] == 1)
      let report = try model.verify(
        Self.input, explanation: .method(names[row]), checks: .deciding, settings: asked.settings,
        execution: execution)
      #expect(found.judged[row].own == Judgement(report))
      #expect(found.judged[row].oracle == report.oracle?.judgement)
    }
    #expect(
      found.pairs.map { "\($0.first) \($0.second)" } == [
        "attention saliency", "attention shapley_sampling", "saliency shapley_sampling",
      ])
  }

  /// Oracle: the difference of the two single verdicts; one text has no interval and says so.
  @Test func oneTextGivesDifferencesWithoutAnInterval() throws {
    let model = try Fixture("bert-gelu-20x5").model()
    let found = try MethodComparison(
      model, Self.input, Self.asked(["attention", "leave_one_out"]), execution: Execution(seed: 4))
    let pair = found.pairs[0]
    for (place, compared) in pair.efficiency.enumerated() where place != 1 {
      guard let compared else { continue }
      let values = found.judged.map { $0.own.efficiencies[place] }
      expectClose(
        compared.difference, try #require(values[0]) - (try #require(values[1])), absolute: 1e-15)
    }
    for compared in pair.efficiency.compactMap({ $0 }) {
      #expect(compared.texts == 1 && compared.interval == nil && compared.detectable == nil)
    }
    #expect(pair.efficiency.contains { $0 != nil })
    #expect(pair.sentence.contains("on this text"))
    #expect(found.note?.contains("no interval") == true)
  }

  @Test func withoutVerdictsNothingIsJudged() throws {
    let model = try Fixture("bert-gelu-20x5").model()
    var asked = Self.asked(nil)
    asked.judges = false
    let found = try MethodComparison(model, Self.input, asked, execution: Execution())
    #expect(found.judged.isEmpty && found.pairs.isEmpty && found.note == nil)
    let all = Methods.all.map(\.info.name)
    #expect(Set(found.explanations.map(\.method) + found.skipped.map(\.name)) == Set(all))
  }

  @Test func whatTheModelCannotDoIsRefusedOrLeftOut() throws {
    let model = try Fixture("attention-cnn-dot").model()
    let name = "attention_rollout"
    let refused = #expect(throws: AssayError.self) {
      try MethodComparison(
        model, Input(ids: [3, 4, 5], vocabulary: Vocabulary(size: 30)), Self.asked([name]),
        execution: Execution())
    }
    #expect(refused?.kind == .unsupported)
    var asked = Self.asked(nil)
    asked.judges = false
    let found = try MethodComparison(
      model, Input(ids: [3, 4, 5], vocabulary: Vocabulary(size: 30)), asked,
      execution: Execution())
    #expect(found.skipped.contains { $0.name == name && !$0.why.isEmpty })
  }
}
