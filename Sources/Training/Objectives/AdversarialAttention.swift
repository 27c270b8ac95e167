import Autodiff
import Models
import Tensors

/// Say what another model says, but with attention far from its: Σ TVD(y, y_base) −
/// strength · Σ KL(α ‖ α_base), the labels unused (Wiegreffe & Pinter 2019, section 4.2).
///
/// The distance is the true total variation of two labels, |σ − σ_base|, twice what the published
/// code computes, so that a strength here is twice one there.
package struct AdversarialAttention: Objective {
  package let sites = [Site.pattern(0)]
  private let strength: Float
  /// The base model's attention, one list of weights an example.
  private let attention: [[Float]]
  /// The base model's probabilities, one list an example.
  private let probabilities: [[Float]]

  /// - Precondition: one entry an example, one weight a token.
  package init(attention: [[Float]], probabilities: [[Float]], strength: Double) {
    self.attention = attention
    self.probabilities = probabilities
    self.strength = Float(strength)
  }

  package var summary: String {
    var hash = SHA256()
    for row in attention + probabilities { hash.add(floats: row) }
    let base = hash.digest().prefix(8).map { String($0, radix: 16) }.joined(separator: ".")
    return "adversarial attention, strength \(strength), base \(base)"
  }

  package func loss(
    _ run: Run, _ chosen: [Int], of examples: [TrainingExample], on tape: Tape
  ) throws(AssayError) -> Variable {
    let predictions = Tensor(chosen.flatMap { probabilities[$0] }, shape: run.output.shape)
    let distance = try tape.apply(OutputDistance(from: predictions), [run.output])
    guard let pattern = run.captured[sites[0]] else { return distance }
    let weights = chosen.flatMap { attention[$0] }
    let divergence = try tape.apply(
      AttentionDivergence(from: Tensor(weights, shape: [weights.count])), [pattern])
    return try tape.apply(Add(), [distance, tape.apply(Scale(-strength), [divergence])])
  }
}
