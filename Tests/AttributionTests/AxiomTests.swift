import ModelSupport
import Models
import Tensors
import TestSupport
import Testing
import Values

@testable import Attribution

/// Relations between explanations that hold without knowing any of them.
@Suite struct AxiomTests {
  static let names = Methods.all.map(\.info.name)
  private let vocabulary = Vocabulary(size: 53, mask: 4, pad: 0, unknown: 1, start: 2, end: 3)

  private func input(_ ids: [Int]) -> Input {
    Input(ids: ids, special: ids.map { $0 == 2 || $0 == 3 }, vocabulary: vocabulary)
  }

  /// Oracle: symmetry. Without positions a model cannot tell two equal tokens apart, so neither
  /// can an explanation; sampled ones within five standard errors.
  @Test(arguments: names)
  func equalTokensOfAModelWithoutPositionsScoreEqually(_ name: String) throws {
    let model = try EditedModel.of(Fixture("bert-gelu-20x5")) { name, tensor in
      name.contains("position_embeddings") ? .zeros(tensor.shape) : tensor
    }
    let question = try Question(model, input([2, 11, 12, 13, 12, 14, 3]))
    let explanation = try question.explain(method: name)
    let scores = explanation.scores.map(Double.init)
    let largest = scores.reduce(0) { max($0, abs($1)) }
    let errors = explanation.standardErrors.map { 5 * Double($0[1] + $0[3]) } ?? 0
    #expect(abs(scores[1] - scores[3]) <= 1e-4 * largest + errors)
    #expect(largest > 0)
  }

  /// Oracle: a vocabulary row that is not used has no effect, to the last bit.
  @Test(arguments: names)
  func anUnusedVocabularyRowChangesNoBit(_ name: String) throws {
    let fixture = try Fixture("bert-gelu-20x5")
    let changed = try EditedModel.of(fixture) { name, tensor in
      guard name.contains("word_embeddings") else { return tensor }
      return tensor.replacingRows([20], with: .filled(100, [1, tensor.shape[1]]))
    }
    let input = input([2, 11, 12, 13, 14, 3])
    let one = try Question(fixture.model(), input).explain(method: name)
    let two = try Question(changed, input).explain(method: name)
    expectBitEqual(one.scores, two.scores)
  }

  /// Oracle: linearity. The score of a contrast is the difference of two scores.
  @Test(arguments: [
    "input_x_gradient", "integrated_gradients", "gradient_shap", "deep_lift",
    "attention_times_gradient", "occlusion", "shapley_sampling", "kernel_shap", "lime",
  ])
  func theExplanationOfADifferenceIsTheDifference(_ name: String) throws {
    let model = try Fixture("bert-gelu-new-35x1").model()
    let input = input([2, 11, 12, 13, 14, 3])
    let options: [String: Value] =
      try Methods.named(name).info.options.contains { $0.name == "output" }
      ? ["output": .text("logit")] : [:]
    let parts = try [Target.contrast(0, 2), .label(0), .label(2)].map {
      try Question(model, input, target: $0).explain(method: name, options: options).scores
    }
    expectCloseToLargest(parts[0], zip(parts[1], parts[2]).map { $0 - $1 }, tolerance: 1e-4)
  }

  /// Oracle: sensitivity (b). A token that is its own baseline cannot have moved the score.
  @Test(arguments: ["integrated_gradients", "gradient_shap", "deep_lift"])
  func aTokenThatIsItsBaselineScoresZero(_ name: String) throws {
    let model = try Fixture("bert-gelu-20x5").model()
    let input = input([2, 11, 12, 13, 14, 3])
    let question = try Question(model, input)
    let embedding = try model.embeddings(input, question.execution)
    let baseline = embedding.replacingRows([1, 2, 4], with: .zeros([3, 20]))
    let explanation = try question.explain(
      method: name, options: ["baselines": .tensor(baseline)])
    #expect(explanation.scores[2] == 0)
    #expect(explanation.scores[1] != 0)
  }
}
