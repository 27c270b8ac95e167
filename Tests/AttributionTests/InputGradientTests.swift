import ModelSupport
import Models
import Tensors
import TestSupport
import Testing
import Values

@testable import Attribution

/// What methods ask of the gradient at the input, shared within a question.
@Suite struct InputGradientTests {
  /// Methods that begin with the gradient at the input, with few points.
  private static let asked: [(method: String, options: [String: Value])] = [
    ("saliency", [:]), ("input_x_gradient", [:]),
    ("integrated_gradients", ["n_steps": .integer(4), "baselines": .text("mean")]),
    ("integrated_gradients", ["n_steps": .integer(8), "baselines": .text("mean")]),
    ("integrated_gradients", ["n_steps": .integer(4), "baselines": .text("zero")]),
    ("gradient_shap", ["n_samples": .integer(4)]), ("smoothgrad", ["n_samples": .integer(4)]),
    ("saliency", ["output": .text("probability")]),
  ]

  /// Oracle: the same method asked of a question of its own.
  @Test(arguments: [false, true])
  func anExplanationIsTheSameInCompany(isReversed: Bool) throws {
    let company = try GoldenMethods("bert-gelu-20x5", 7).question
    for (method, options) in isReversed ? Self.asked.reversed() : Self.asked {
      let alone = try GoldenMethods("bert-gelu-20x5", 7).question.explain(
        method: method, options: options)
      let shared = try company.explain(method: method, options: options)
      #expect(shared.scores == alone.scores, "\(method)")
      #expect(shared.proof == alone.proof, "\(method)")
      #expect(shared.convergenceDelta == alone.convergenceDelta, "\(method)")
      #expect(shared.cost.forwards <= alone.cost.forwards, "\(method)")
    }
  }

  /// Oracle: one gradient, its proof by two passes, the input's value and one for each baseline, beside
  /// the points of the lines.
  @Test func whatIsThereIsNotRunAgain() throws {
    let question = try GoldenMethods("bert-gelu-20x5", 7).question
    let costs = try Self.asked.prefix(5).map {
      try question.explain(method: $0.method, options: $0.options).cost
    }
    #expect(costs[0] == Cost(forwards: 3, backwards: 1))
    #expect(costs[1] == Cost())
    #expect(costs[2] == Cost(forwards: 4 + 2, backwards: 4))
    #expect(costs[3] == Cost(forwards: 8, backwards: 8))
    #expect(costs[4] == Cost(forwards: 4 + 1, backwards: 4))
  }

  /// Oracle: the definition: another scalar has another gradient.
  @Test func anotherTargetIsAnotherGradient() throws {
    let question = try GoldenMethods("bert-gelu-20x5", 7).question
    let label = question.target.label == 0 ? 1 : 0
    let first = try question.explain(method: "saliency")
    let other = try Question(question, target: .label(label)).explain(method: "saliency")
    #expect(other.scores != first.scores)
    #expect(other.cost == first.cost)
  }
}
