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
