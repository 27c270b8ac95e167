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
        let all = try fixture.values(length, method).scalars
        let golden = question.positions.map { all[$0] }
        // Where a norm takes the length out of x, the sum of x ⊙ gradient cancels to almost nothing
        // and keeps the rounding of its terms.
        let slope = try fixture.values(length, "saliency").scalars.max() ?? 0
        expectClose(
          try question.explain(method: method).scores, golden,
          absolute: 1e-3 * Double(golden.map(abs).max() ?? 0) + 1e-5 * Double(slope),
          "\(method) at length \(length)")
      }
    }
  }

  @Test(arguments: classifiers)
  func integratedGradientsFromThePadTokenEqualTorch(_ fixture: Fixture) throws {
    let length = fixture.lengths[1]
    let explanation = try question(fixture, length).explain(
      method: "integrated_gradients", options: ["baselines": .text("pad")])
    let golden = try fixture.values(length, "integrated_gradients.pad").scalars
    expectCloseToLargest(
      explanation.scores, explanation.positions.map { golden[$0] }, tolerance: 1e-3)
  }

  @Test(arguments: classifiers.filter { $0.has($0.lengths[0], "rollout") })
  func rolloutEqualsTheProductOfMixedMaps(_ fixture: Fixture) throws {
    for length in fixture.lengths {
      let question = try question(fixture, length)
      let explanation = try question.explain(method: "attention_rollout")
      let golden = try fixture.values(length, "rollout").scalars
      let count = question.input.count
      let read = question.positions.map { key in
        question.readOutWeights.enumerated().reduce(0.0) {
          $0 + $1.element * Double(golden[$1.offset * count + key])
        }
      }
      expectClose(explanation.scores, read, absolute: 1e-5)
    }
  }

  /// Classifiers whose integral from zero torch's own 50 steps nearly reach. Elsewhere the path
  /// starts at the singular point of a norm, and completeness takes tens of thousands of steps.
  static let smooth = classifiers.filter {
    let delta = try? $0.values($0.lengths[1], "integrated_gradients.delta").scalars[0]
    return abs(delta ?? 1) < 1e-2
  }

  /// Oracle: completeness, Σ e = f(x) − f(baseline) (Sundararajan et al. 2017, axiom).
  @Test(arguments: smooth)
  func integratedGradientsAreComplete(_ fixture: Fixture) throws {
    let explanation = try question(fixture, fixture.lengths[1]).explain(
      method: "integrated_gradients", options: ["tolerance": .number(1e-4)])
    #expect(abs(try #require(explanation.convergenceDelta)) < 1e-4)
  }
}
