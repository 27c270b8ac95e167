import Models
import Tensors

/// Whether a planted model is what it claims to be: nothing but the planted evidence decides.
///
/// A model with a default class, or one that reads something into a mask token, would make the
/// planted truth untrue: deleting the marker would then change nothing.
package struct Fairness: Sendable {
  /// The planted label's probability on the whole text.
  package let confidence: Double
  /// How far the probability is from ½ when every word of evidence is replaced, at worst over the
  /// reserved tokens and some ordinary words.
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
    let (model, input, label) = (planted.model, planted.input, planted.label)
    misplaced = planted.misplaced
    confidence = try model.predict([input], execution: execution).probabilities[0][label]

    let vocabulary = input.vocabulary
    let neutral =
      [vocabulary.mask, vocabulary.pad, vocabulary.unknown].compactMap { $0 }
      + planted.ordinary.prefix(5)
    let bare = neutral.map { id in
      var copy = input
      for position in planted.evidence { copy.ids[position] = id }
      return copy
    }
    withoutEvidence =
      try model.predict(bare, execution: execution).probabilities
      .map { abs($0[label] - 0.5) }.max() ?? 0

    let elsewhere = (0..<input.count).filter { !planted.evidence.contains($0) }
    let moved = elsewhere.map { [Intervention(.move(to: $0))] }
    attentionElsewhere =
      try model.counterfactuals(input, moved, execution)
      .map { abs($0[label] - 0.5) }.max() ?? 0
  }
}
