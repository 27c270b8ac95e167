import Autodiff
import Kernels
import ModelSupport
import Models
import Tensors
import TestSupport
import Testing
import Values

@testable import Attribution

/// Sampled and hidden gradients, and DeepLIFT.
@Suite struct GradientMethodTests {
  private static let samples: [String: Value] = [
    "n_samples": .integer(12), "stdevs": .number(0.1),
  ]

  /// Oracle: a torch 2.13 loop over the same draws, in double precision.
  @Test(arguments: GoldenMethods.cases.indices)
  func sampledGradientsEqualTorchGivenTheSameDraws(_ fixture: Int) throws {
    let (name, length) = GoldenMethods.cases[fixture]
    let golden = try GoldenMethods(name, length, execution: Execution(threads: 2, seed: 7))
    for method in ["gradient_shap", "smoothgrad"] {
      let explanation = try golden.question.explain(method: method, options: Self.samples)
      expectCloseToLargest(
        explanation.scores, try golden.scores(method), tolerance: 2e-5, "\(method) of \(name)")
      guard method == "gradient_shap" else { continue }
      expectCloseToLargest(
        try #require(explanation.standardErrors), try golden.scores("gradient_shap.errors"),
        tolerance: 2e-5)
    }
  }

  /// Oracle: the expectation of gradient SHAP from one baseline without noise is integrated
  /// gradients; five standard errors are exceeded once in two million.
  @Test func gradientSHAPApproachesIntegratedGradients() throws {
    let question = try GoldenMethods("bert-gelu-20x5", 7).question
    let sampled = try question.explain(
      method: "gradient_shap", options: ["n_samples": .integer(1000)])
    let integrated = try question.explain(method: "integrated_gradients")
    let errors = try #require(sampled.standardErrors)
    for (index, score) in sampled.scores.enumerated() {
      #expect(abs(score - integrated.scores[index]) < 5 * errors[index])
    }
  }

  /// Oracle: without noise every copy is the text itself.
  @Test func smoothGradWithoutNoiseIsSaliency() throws {
    let question = try GoldenMethods("bert-gelu-20x5", 7).question
    for norm in ["l2", "l1", "sum"] {
      let smooth = try question.explain(
        method: "smoothgrad", options: ["stdevs": .number(0), "norm": .text(norm)])
      let plain = try question.explain(method: "saliency", options: ["norm": .text(norm)])
      expectCloseToLargest(smooth.scores, plain.scores, tolerance: 1e-6)
      #expect(try #require(smooth.standardErrors).allSatisfy { $0 < 1e-6 })
    }
  }

  /// Oracle: the spread of repetitions with other seeds.
  @Test func smoothGradsErrorsSayHowMuchSeedsDiffer() throws {
    var moments = Moments(count: 7)
    var stated = [Double](repeating: 0, count: 7)
    for seed in 0..<40 {
      let golden = try GoldenMethods(
        "bert-gelu-20x5", 7, execution: Execution(threads: 2, seed: UInt64(seed)))
      let explanation = try golden.question.explain(
        method: "smoothgrad", options: ["n_samples": .integer(40), "stdevs": .number(0.02)])
      moments.add(explanation.scores.map(Double.init))
      for (index, error) in try #require(explanation.standardErrors).enumerated() {
        stated[index] += Double(error) / 40
      }
    }
    for (error, stated) in zip(moments.standardErrors, stated) {
      let found = error * 40.0.squareRoot()
      #expect(found / stated > 0.6 && found / stated < 1.7, "found \(found), stated \(stated)")
    }
  }

  /// Oracle: at the embedding it is saliency; times the input and summed, input × gradient.
  @Test func theHiddenGradientAtTheEmbeddingIsSaliency() throws {
    let question = try GoldenMethods("bert-gelu-20x5", 7).question
    let hidden = try question.explain(
      method: "hidden_gradient", options: ["place": .text("embedding")])
    expectCloseToLargest(
      hidden.scores, try question.explain(method: "saliency").scores, tolerance: 1e-6)
    let product = try question.explain(
      method: "hidden_gradient",
      options: [
        "place": .text("embedding"), "norm": .text("sum"), "multiply_by_inputs": .bool(true),
      ])
    expectCloseToLargest(
      product.scores, try question.explain(method: "input_x_gradient").scores, tolerance: 1e-5)
  }

  /// Oracle: torch's gradient with respect to the pattern.
  @Test func theHiddenGradientOfAPatternIsThatOfItsKeys() throws {
    let fixture = try Fixture("bert-gelu-20x5")
    let question = try GoldenMethods("bert-gelu-20x5", 7).question
    let explanation = try question.explain(
      method: "hidden_gradient",
      options: [
        "place": .text("attention.pattern"), "layer": .integer(0), "norm": .text("sum"),
      ])
    let golden = try fixture.values(7, "gradient.attention.0").scalars
    let sums = (0..<7).map { key in
      stride(from: key, to: golden.count, by: 7).reduce(0.0) { $0 + Double(golden[$1]) }
    }
    expectCloseToLargest(explanation.scores, sums, tolerance: 1e-4)
  }
}
