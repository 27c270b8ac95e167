import Models
import Tensors

/// Whether a planted model is what it claims to be: nothing but the planted evidence decides.
///
/// A model with a default class, or one that reads something into a mask token, would make the
/// planted truth untrue: deleting the marker would then change nothing. Everything is measured in the
/// verdict's unit of effect.
package struct Fairness: Sendable {
  /// What the whole text says for the planted label, ½ being nothing.
  package let confidence: Double
  /// How far it is from ½ when every word of evidence is replaced, at worst over what is neutral.
  package let withoutEvidence: Double
  /// How far it is from ½ when all attention goes to one token without evidence, at worst.
  package let attentionElsewhere: Double

  /// How far the attention is from where it was demanded.
  package let misplaced: Double

  /// Deviations from ½ up to this are neutral.
  package static let tolerance = 0.03
  /// Deviations of attention up to this are as demanded.
  package static let placement = 0.1

  /// The conditions that the model fails, in words.
  package var failures: [String] {
    [
      ((0.7...0.98).contains(confidence), "confidence"),
      (withoutEvidence <= Fairness.tolerance, "without evidence"),
      (attentionElsewhere <= Fairness.tolerance, "attention elsewhere"),
      (misplaced <= Fairness.placement, "attention as demanded"),
    ].filter { !$0.0 }.map(\.1)
  }

  /// Whether the model may count.
  package var isFair: Bool { failures.isEmpty }

  package init(_ planted: PlantedModel, _ execution: Execution) throws(AssayError) {
    let (model, input) = (planted.model, planted.input)
    // A quantity may be negative, and then says as much.
    func support(_ probabilities: [Double]) -> Double { planted.support(probabilities) }
    func distance(_ probabilities: [Double]) -> Double { abs(support(probabilities) - 0.5) }
    misplaced = planted.misplaced
    let whole = try model.predict([input], execution: execution).probabilities[0]
    confidence = planted.scale == nil ? support(whole) : 0.5 + distance(whole)
    withoutEvidence =
      try model.predict(planted.withoutEvidence, execution: execution).probabilities
      .map(distance).max() ?? 0

    let elsewhere = (0..<input.count).filter { !planted.evidence.contains($0) }
    let moved = elsewhere.map { [Intervention(.move(to: $0))] }
    attentionElsewhere =
      try model.counterfactuals(input, moved, execution)
      .map(distance).max() ?? 0
  }
}
