import Attribution
import Models
import Tensors
import TestSupport
import Testing
import Values

@testable import Evidence
@testable import Studies

/// What methods declare of the attention behind their scores is true, and all that checks go by.
@Suite struct MethodDeclarationTests {
  static let names = Methods.all.map(\.info.name)

  private func examination(_ name: String) throws -> (Examination, AttentionScope?) {
    let planted = try PlantedModel(DeepSelector(), purpose: "test", number: 3, seed: 1)
    let question = try Question(planted.model, planted.input)
    let method = try Methods.named(name)
    let scope = method.scope(question, try Options([:], for: method.info.options, subject: name))
    let explanation = try question.explain(method: name)
    return (
      Examination(
        question, explanation: explanation, scores: explanation.scores.map(Double.init),
        units: try Units(.token, question, spans: nil), scope: scope,
        settings: planted.settings()), scope
    )
  }

  /// Oracle: the attention that the method names by itself, in a model of several layers.
  @Test(arguments: names)
  func theDeclaredTracingIsThatOfTheScope(_ name: String) throws {
    let (examination, scope) = try examination(name)
    let layers = examination.question.model.card.layers
    #expect(layers > 1)
    switch examination.tracing {
    case .notAttention: #expect(scope == nil)
    case .untracedLayer: #expect(scope?.layers.count == 1)
    case .traced: #expect(scope?.layers == Array(0..<layers))
    }
  }

  /// Oracle: the method's own scores. A check that needs the function has it from the method, whatever
  /// its name, and the search applies exactly where there is one.
  @Test(arguments: names)
  func theFunctionOfAttentionGivesTheScores(_ name: String) throws {
    let (examination, _) = try examination(name)
    let check = Adversarial()
    guard let map = examination.map else {
      #expect(check.estimate(examination) == Cost())
      #expect(try check.result(examination).outcome == .notApplicable)
      return
    }
    #expect(examination.tracing != .notAttention)
    #expect(check.estimate(examination) != Cost())
    let ground = try ExaminedAttention(map, examination)
    let weights = ground.distribution(of: ground.attention)
    let total = examination.scores.reduce(0, +)
    expectClose(weights, examination.scores.map { $0 / total }, absolute: 1e-6)
  }

  @Test func someMethodsAreFunctionsOfAttention() throws {
    let found = try Self.names.filter { try examination($0).0.map != nil }
    #expect(found == ["attention", "attention_rollout"])
  }

  /// Oracle: the declaration.
  @Test(arguments: names)
  func whatWasNotTracedIsTraced(_ name: String) throws {
    let (examination, _) = try examination(name)
    let isUntraced = examination.tracing == .untracedLayer
    let check = TracingAgreement()
    #expect((check.estimate(examination) != Cost()) == isUntraced)
    #expect((try check.result(examination).outcome != .notApplicable) == isUntraced)
  }
}
