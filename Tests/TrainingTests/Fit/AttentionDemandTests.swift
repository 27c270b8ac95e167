import Models
import Tensors
import TestSupport
import Testing

@testable import Training

@Suite("Attention demands")
struct AttentionDemandTests {
  private let chosen = [0, 1, 2]

  private func options(weight: Double = 1) -> TrainingOptions {
    var options = TinyTask.options()
    (options.dropout, options.patternDropout, options.corruption) = (0, 0, nil)
    options.attentionWeight = weight
    return options
  }

  /// Σ weight · −log p(right label) / Σ weight, from probabilities.
  private func crossEntropy(_ examples: [TrainingExample], _ rows: [[Double]]) -> Double {
    let total = examples.reduce(0) { $0 + Double($1.weight) }
    return zip(examples, rows).reduce(0) { sum, pair in
      let right = pair.0.target[1] > 0.5 ? 1 : 0
      return sum - Double(pair.0.weight) * logarithm(pair.1[right]) / total
    }
  }

  /// Oracle: the formula on the patterns that the model gives: −s log m − (1 − s) log(1 − m), the
  /// mean over examples and heads, times its weight, beside the cross-entropy.
  @Test("A demand on attention adds its cost to the loss")
  func demanded() throws {
    let model = try TinyTask.model()
    let examples = TinyTask.examples(3, seed: 1).map {
      TrainingExample(
        input: $0.input, target: $0.target, weight: $0.weight,
        attention: [AttentionDemand(layer: 0, queries: [0], keys: [1], share: 0.8)])
    }
    var cost = 0.0
    for example in examples {
      var request = Request()
      request.keep = [.pattern(0)]
      let run = try model.run([example.input], request, Execution())
      let pattern = try #require(run.value(.pattern(0), sequence: 0))
      for head in 0..<2 {
        let count = example.input.count
        let mass = Double(pattern.scalars[head * count * count + 1])
        cost -= (0.8 * logarithm(mass) + 0.2 * logarithm(1 - mass)) / 6
      }
    }
    let rows = try model.predict(examples.map(\.input)).probabilities
    let trainer = try Trainer(model, examples, options(weight: 0.25))
    let loss = try trainer.differentiate(chosen, Execution()).loss
    expectClose(loss, crossEntropy(examples, rows) + 0.25 * cost, absolute: 1e-4)
  }

  /// Oracle: the model's own predictions under the same edit.
  @Test("A target can hold under edited attention")
  func edited() throws {
    let model = try TinyTask.model()
    let edit = Intervention(.move(to: 0))
    let examples = TinyTask.examples(3, seed: 1).map {
      TrainingExample(
        input: $0.input, target: $0.target, weight: $0.weight, interventions: [edit])
    }
    let rows = try model.predict(
      examples.map(\.input), interventions: examples.map { _ in [edit] }
    ).probabilities
    let loss = try Trainer(model, examples, options()).differentiate(chosen, Execution()).loss
    expectClose(loss, crossEntropy(examples, rows), absolute: 1e-4)
  }
}
