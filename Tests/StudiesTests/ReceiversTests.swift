import Attribution
import ModelSupport
import Models
import Tensors
import Testing
import Values

@testable import Evidence

/// Which tokens the highlighted attention could go to instead.
@Suite struct ReceiversTests {
  private func examination(
    _ name: String, _ method: String, position: Int? = nil
  ) throws -> Examination {
    let fixture = try Fixture(name)
    var input = try fixture.input(fixture.lengths[1])
    if let position { input.position = position }
    let question = try Question(try fixture.model(), input)
    let explanation = try question.explain(method: method)
    let info = try Methods.named(method).info
    return Examination(
      question, explanation: explanation, scores: explanation.scores.map(Double.init),
      units: try Units(.token, question, spans: nil),
      scope: try Methods.named(method).scope(
        question, Options([:], for: info.options, subject: method)), settings: Settings())
  }

  /// Oracle: every query of a model without a mask sees every key.
  @Test(arguments: ["bert-gelu-20x5", "attention-bilstm-additive"])
  func withoutOrderEveryOtherTokenIsOne(_ name: String) throws {
    let examination = try examination(name, "attention")
    #expect(examination.receivers(of: [1, 3]) == [0, 2] + Array(4..<examination.count))
  }

  /// Oracle: the causal mask; what is read at position 2 depends on the first three tokens alone.
  @Test func behindTheReadOutNothingReceives() throws {
    let examination = try examination("gpt2-causal-20x4", "attention_rollout", position: 2)
    #expect(examination.receivers(of: [1]) == [0, 2])
    #expect(examination.receivers(of: [5]).isEmpty)
  }

  /// Oracle: the window of mistral-24x4, which lets a query reach as far back as `reach`.
  @Test func aTokenOutOfEveryCommonWindowIsNone() throws {
    let examination = try examination("mistral-24x4", "attention_rollout")
    guard case .causalWindow(let reach)? = examination.question.model.card.masks.first else {
      Issue.record("mistral has a window")
      return
    }
    let found = examination.receivers(of: [0])
    #expect(found == Array(1...min(reach, examination.count - 1)))
  }

  /// Oracle: the receivers; each of them takes attention in some row, so that redirecting can act.
  @Test func redirectGoesToReceiversAlone() throws {
    let examination = try examination("gpt2-causal-20x4", "attention_rollout", position: 5)
    guard case .found(let found) = try Redirect().run(examination) else {
      Issue.record("some token can receive the attention")
      return
    }
    #expect(!found.pours.isEmpty && found.pours.allSatisfy { $0.effect > 0 && $0.distance > 0 })
  }
}
