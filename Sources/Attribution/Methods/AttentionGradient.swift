import Models
import Tensors
import Values

/// Attention weighted by its gradient, its positive part accumulated through the layers.
package struct AttentionGradient: Method {
  package let info = MethodInfo(
    name: "attention_gradient",
    summary: "how much each token speaks for the target through attention, traced to the input",
    formula:
      "R_0 = I, R_l = R_(l−1) + Ā_l R_(l−1), Ā_l = mean_h (∇A^l f_c ⊙ A^l)⁺; e = R_L[read-out]",
    source: "Chefer et al. 2021 (generic attention explainability, self-attention rule)",
    cost: "3 forward passes, 1 backward pass", tracing: .traced, signed: false,
    needs: [.patternGradients, .squarePattern, .residualStream, .classifier], options: [.output])

  package func scores(_ question: Question, _ options: Options) throws(AssayError) -> Scores {
    let layers = question.model.card.layers
    let found = try question.patternGradients(Array(0..<layers), options.output)
    let count = question.input.count
    try Rollout.requireMemory(maps: layers, count: count)
    let maps = zip(found.patterns, found.gradients).map { pattern, gradient in
      var map = weighted(pattern, gradient)
      for row in 0..<count { map[row * count + row] += 1 }
      return map
    }
    let row = Rollout(maps: maps, count: count).row(question.readOutWeights)
    var result = Scores(
      question.positions.map { Float(row[$0]) }, cost: Cost(forwards: 3, backwards: 1))
    // R begins as the identity.
    result.attention = AttentionRow(row, residual: 1, readOut: question.readOutWeights)
    result.proof = [.rowsSumToOne(found.patterns), found.proof]
    return result
  }

  package func scope(_ question: Question, _ options: Options) -> AttentionScope? {
    .all(of: question.model.card)
  }

  /// mean_h (gradient ⊙ pattern)⁺, heads ascending.
  private func weighted(_ pattern: Tensor, _ gradient: Tensor) -> [Double] {
    let (heads, each) = (pattern.shape[0], pattern.shape[1] * pattern.shape[2])
    return pattern.withSpan { weights in
      gradient.withSpan { slopes in
        (0..<each).map { index in
          (0..<heads).reduce(0.0) {
            $0 + max(0, Double(weights[$1 * each + index]) * Double(slopes[$1 * each + index]))
          } / Double(heads)
        }
      }
    }
  }
}

/// Attention patterns with the gradients of the target with respect to them.
struct PatternGradients: Sendable {
  let patterns: [Tensor]
  let gradients: [Tensor]
  /// The embedding's gradient, from the same sweep, against a finite difference.
  let proof: Proof
}

extension Question {
  /// The patterns of some layers and their gradients (3 forward passes, 1 backward pass).
  func patternGradients(
    _ layers: [Int], _ output: Output
  ) throws(AssayError) -> PatternGradients {
    let result = try model.gradients(
      [input], targets: [target], output: output, at: [.embedding] + layers.map(Site.pattern),
      execution)[0]
    return PatternGradients(
      patterns: Array(result.values.dropFirst()), gradients: Array(result.gradients.dropFirst()),
      proof: try finiteDifferenceProof(result.values[0], result.gradients[0], output))
  }
}
