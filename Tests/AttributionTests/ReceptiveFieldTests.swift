import Models
import Tensors
import Testing

@testable import Attribution

/// Traced attention over what uniform attention on the same mask would give.
@Suite struct ReceptiveFieldTests {
  static let count = 7

  /// Attention `[heads, n, n]` of causal layers: uniform, or with weights of its own.
  static func causal(_ weight: (_ query: Int, _ key: Int) -> Float) -> Tensor {
    Tensor.filling([2, count, count]) { values in
      for head in 0..<2 {
        for query in 0..<count {
          let sum = (0...query).reduce(Float(0)) { $0 + weight(query, $1) }
          for key in 0...query {
            values[(head * count + query) * count + key] = weight(query, key) / sum
          }
        }
      }
    }
  }

  /// Oracle: by definition uniform attention gives each token what is expected of it. Without the
  /// ratio the first token leads only because more queries see it.
  @Test func uniformCausalAttentionFavoursNoPosition() throws {
    let layers = Array(repeating: Self.causal { _, _ in 1 }, count: 4)
    let rollout = try Rollout(layers, fusion: .mean, residual: 0.5)
    let expected = try Rollout(uniformOverFieldOf: layers, residual: 0.5)
    let row = rollout.row(Self.count - 1)
    #expect(row[0] > 2 * row[Self.count - 2])
    for ratio in ratios(of: row, to: expected.row(Self.count - 1)) {
      #expect(abs(ratio - 1) < 1e-6)
    }
    for source in 0..<Self.count {
      let flows = try [rollout, expected].map {
        try AttentionFlow.maximumFlow(
          layers: $0.mixed, count: Self.count, source: source)
      }
      let seen = ratios(of: flows[0], to: flows[1])
      #expect((0...source).allSatisfy { abs(seen[$0] - 1) < 1e-6 })
      #expect((source + 1..<Self.count).allSatisfy { seen[$0] == 0 })
    }
  }

  /// Oracle: one layer in closed form: (½·a + ½·[t = q]) over (½/(q + 1) + ½·[t = q]).
  @Test func oneLayerEqualsTheClosedForm() throws {
    let layer = Self.causal { query, key in Float(1 + (query * 3 + key * 5) % 4) }
    let query = 4
    let ratio = try ratios(
      of: Rollout([layer], fusion: .mean, residual: 0.5).row(query),
      to: Rollout(uniformOverFieldOf: [layer], residual: 0.5).row(query))
    let weights = (0...query).map { 1 + (query * 3 + $0 * 5) % 4 }
    for key in 0...query {
      let own = key == query ? 0.5 : 0
      let attended = Double(weights[key]) / Double(weights.reduce(0, +))
      let expected = (0.5 * attended + own) / (0.5 / Double(query + 1) + own)
      #expect(abs(ratio[key] - expected) < 1e-6)
    }
    #expect(ratio[(query + 1)...].allSatisfy { $0 == 0 })
  }

  /// Ratios share no mass, so none of it can rest on sinks.
  @Test(arguments: ["attention_rollout", "attention_flow"])
  func ratiosHaveNoSinkMass(_ method: String) throws {
    let question = try GoldenMethods("bert-gelu-20x5", 7).question
    let plain = try question.explain(method: method)
    let ratios = try question.explain(
      method: method, options: ["normalization": .text("receptive_field")])
    #expect(plain.sinkMass != nil)
    #expect(ratios.sinkMass == nil)
    #expect(ratios.scores != plain.scores)
  }
}
