import ModelSupport
import Models
import Tensors
import TestSupport
import Testing

@testable import Attribution

/// Methods against torch 2.13 on the fixtures that have a classification head.
@Suite struct GoldenMethodTests {
  static let classifiers = Fixture.all.filter { $0.output == "logits" }

  private func question(_ fixture: Fixture, _ length: Int) throws -> Question {
    try Question(
      fixture.model(), fixture.input(length), target: .label(fixture.target(length)),
      execution: Execution(threads: 2))
  }

  @Test(arguments: classifiers)
  func gradientMethodsEqualTorch(_ fixture: Fixture) throws {
    for length in fixture.lengths {
      let question = try question(fixture, length)
      for method in ["saliency", "input_x_gradient", "integrated_gradients"] {
        let explanation = try question.explain(method: method)
        expectCloseToLargest(
          explanation.scores, try fixture.values(length, method).scalars, tolerance: 1e-3,
          "\(method) at length \(length)")
      }
    }
  }

  @Test(arguments: classifiers)
  func integratedGradientsFromThePadTokenEqualTorch(_ fixture: Fixture) throws {
    let length = fixture.lengths[1]
    let explanation = try question(fixture, length).explain(
      method: "integrated_gradients", options: ["baselines": .text("pad")])
    expectCloseToLargest(
      explanation.scores, try fixture.values(length, "integrated_gradients.pad").scalars,
      tolerance: 1e-3)
  }

  @Test(arguments: classifiers)
  func rolloutEqualsTheProductOfMixedMaps(_ fixture: Fixture) throws {
    for length in fixture.lengths {
      let question = try question(fixture, length)
      let explanation = try question.explain(method: "attention_rollout")
      let golden = try fixture.values(length, "rollout").scalars
      let row = question.readOutRow * length
      expectClose(explanation.scores, Array(golden[row..<row + length]), absolute: 1e-5)
    }
  }

  /// Oracle: completeness, Σ e = f(x) − f(baseline) (Sundararajan et al. 2017, axiom).
  @Test(arguments: classifiers)
  func integratedGradientsAreComplete(_ fixture: Fixture) throws {
    let explanation = try question(fixture, fixture.lengths[1]).explain(
      method: "integrated_gradients", options: ["tolerance": .number(1e-4)])
    #expect(abs(try #require(explanation.convergenceDelta)) < 1e-4)
  }
}

/// What every registered method promises, whatever it computes.
@Suite struct MethodContractTests {
  static let names = Methods.all.map(\.info.name)

  private func question(special: Bool, seed: UInt64 = 0, threads: Int = 1) throws -> Question {
    let fixture = try Fixture("bert-gelu-20x5")
    var input = try fixture.input(7)
    if special {
      input.special[0] = true
      input.special[6] = true
    }
    return try Question(
      fixture.model(), input, execution: Execution(threads: threads, seed: seed))
  }

  @Test(arguments: names)
  func everyExplainedPositionHasOneFiniteScore(_ name: String) throws {
    let explanation = try question(special: true).explain(method: name)
    #expect(explanation.positions == [1, 2, 3, 4, 5])
    #expect(explanation.scores.count == 5)
    #expect(explanation.scores.allSatisfy { $0.isFinite })
    let failed = explanation.proof.filter { !$0.passed }
    #expect(failed.isEmpty)
    #expect(explanation.cost.forwards > 0)
  }

  @Test(arguments: names)
  func threadsChangeNoBit(_ name: String) throws {
    let one = try question(special: true, seed: 3, threads: 1).explain(method: name)
    let two = try question(special: true, seed: 3, threads: 2).explain(method: name)
    expectBitEqual(one.scores, two.scores)
  }

  @Test(arguments: names)
  func anUnknownOptionListsTheKnownOnes(_ name: String) throws {
    let question = try question(special: false)
    let error = #expect(throws: AssayError.self) {
      try question.explain(method: name, options: ["no_such_option": .integer(1)])
    }
    #expect(error?.kind == .option)
    #expect(error?.found == "an option called \"no_such_option\"")
  }

  @Test(arguments: names)
  func anUnsignedMethodHasNoNegativeScore(_ name: String) throws {
    let method = try Methods.named(name)
    guard !method.info.signed else { return }
    let explanation = try question(special: true).explain(method: name)
    #expect(explanation.scores.allSatisfy { $0 >= 0 })
  }

  @Test(arguments: names)
  func theRegistryIsComplete(_ name: String) throws {
    let info = try Methods.named(name).info
    for text in [info.summary, info.formula, info.source, info.cost] { #expect(!text.isEmpty) }
    #expect(Methods.all.count { $0.info.name == name } == 1)
  }

  @Test func anUnknownMethodListsTheKnownOnes() throws {
    let question = try question(special: false)
    let error = #expect(throws: AssayError.self) { try question.explain(method: "magic") }
    #expect(error?.expected.contains("attention_rollout") == true)
  }
}
