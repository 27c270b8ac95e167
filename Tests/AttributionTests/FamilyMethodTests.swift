import ModelSupport
import Models
import Tensors
import TestSupport
import Testing
import Values

@testable import Attribution

/// Every method on every family: what the registry offers works wherever it says it does.
@Suite struct FamilyMethodTests {
  /// One classifier and one language model a family, where there are such fixtures.
  static let fixtures: [Fixture] = {
    var seen = Set<String>()
    return Fixture.all.filter { fixture in
      guard fixture.output == "logits" else { return false }
      let card = fixture.card
      return seen.insert("\(card.family) \(card.labels.isEmpty)").inserted
    }
  }()

  /// Fewer samples than the defaults: whether a method runs does not depend on how many there are.
  static let few: [String: [String: Value]] = [
    "shapley_sampling": ["n_samples": .integer(4)], "kernel_shap": ["n_samples": .integer(60)],
    "lime": ["n_samples": .integer(60)], "smoothgrad": ["n_samples": .integer(4)],
    "gradient_shap": ["n_samples": .integer(4)], "integrated_gradients": ["n_steps": .integer(8)],
  ]

  /// Oracle: the contract itself. Two proofs may say that they failed, for random weights are far
  /// from smooth: completeness, where a path from zeros starts at the singular point of a norm, and
  /// the finite difference, whose step is too long there (gradients are held to torch elsewhere).
  @Test(arguments: Methods.all.map(\.info.name), fixtures)
  func everyMethodScoresEveryPosition(_ name: String, _ fixture: Fixture) throws {
    let question = try Question(
      fixture.model(), fixture.input(fixture.lengths[1]), execution: Execution(threads: 2))
    let info = try Methods.named(name).info
    guard info.needs.isSubset(of: question.model.card.capabilities) else {
      let error = #expect(throws: AssayError.self) { try question.explain(method: name) }
      #expect(error?.kind == .unsupported)
      return
    }
    let explanation = try question.explain(method: name, options: Self.few[name] ?? [:])
    #expect(explanation.scores.count == question.positions.count)
    #expect(explanation.scores.allSatisfy { $0.isFinite })
    if !info.signed { #expect(explanation.scores.allSatisfy { $0 >= 0 }) }
    let failed = explanation.proof.filter { proof in
      !proof.passed && !["completeness", "gradient agrees"].contains { proof.name.hasPrefix($0) }
    }
    #expect(failed.isEmpty, "\(failed)")
  }
}
