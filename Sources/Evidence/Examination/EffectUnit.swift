import Attribution
import Models
import Tensors

/// In what an effect on the prediction is measured: the map, its references and every effect of one
/// verdict speak of the same scalar.
package enum EffectUnit: Sendable, Equatable {
  /// Total variation distance of the distribution over the labels.
  case distribution(label: Int)
  /// The change of one label's probability: labels that are true by themselves.
  case probability(label: Int)
  /// The change of σ(f_a − f_b), the share that the first of two labels has of both: language models
  /// and many classes, where mass that wanders among the others means nothing.
  case contrast(Int, Int)
  /// The change of a score, divided by a scale.
  case score(label: Int, scale: Double)
  /// The change of a score of which nobody knows how much is much.
  case unscaled(label: Int)

  /// Labels up to which a distribution is compared as a whole.
  static let mostClasses = 10

  /// The scalar that a verdict is about where the model has more labels than people tell apart: the
  /// label against its strongest rival.
  package static func target(_ asked: Target?, _ card: ModelCard, logits: [Float]) -> Target {
    let asked = asked ?? .label(card.predicted(logits))
    guard case .label(let label) = asked, isContrasted(card),
      let rival = logits.indices.filter({ $0 != label }).max(by: { logits[$0] < logits[$1] })
    else { return asked }
    return .contrast(label, rival)
  }

  private static func isContrasted(_ card: ModelCard) -> Bool {
    card.problem == .singleLabel && (card.labels.isEmpty || card.scoreCount > mostClasses)
  }

  /// - Parameter scale: how much of a regression's score is much; nil where nobody said.
  package init(_ target: Target, _ card: ModelCard, scale: Double?) {
    switch (card.problem, target) {
    case (.regression, _):
      self = scale.map { .score(label: target.label, scale: $0) } ?? .unscaled(label: target.label)
    case (.multiLabel, _): self = .probability(label: target.label)
    case (.singleLabel, .contrast(let a, let b)): self = .contrast(a, b)
    case (.singleLabel, .label(let label)): self = .distribution(label: label)
    }
  }

  /// Whether effects have a size that thresholds can be held against.
  package var isScaled: Bool {
    if case .unscaled = self { false } else { true }
  }

  /// How far a prediction is from another.
  package func distance(_ p: [Double], _ q: [Double]) -> Double {
    switch self {
    case .distribution: totalVariation(p, q)
    case .probability, .contrast, .score, .unscaled: abs(value(p) - value(q))
    }
  }

  /// The largest distance that any prediction has from one.
  package func most(from q: [Double]) -> Double {
    switch self {
    case .distribution where q.count > 1: 1 - (q.min() ?? 0)
    case .distribution, .probability, .contrast: max(value(q), 1 - value(q))
    case .score, .unscaled: .infinity
    }
  }

  /// How much of the target's support is gone in `p` when `q` was the prediction.
  ///
  /// A quantity is supported by what takes it away from nought, on whichever side.
  package func drop(_ p: [Double], from q: [Double]) -> Double {
    let fall = value(q) - value(p)
    switch self {
    case .score, .unscaled: return value(q) < 0 ? -fall : fall
    case .distribution, .probability, .contrast: return fall
    }
  }

  /// The scalar itself.
  private func value(_ p: [Double]) -> Double {
    switch self {
    case .distribution(let label), .probability(let label), .unscaled(let label): return p[label]
    case .score(let label, let scale): return p[label] / scale
    case .contrast(let a, let b):
      // σ(f_a − f_b) = p_a/(p_a + p_b) for a softmax.
      let both = p[a] + p[b]
      return both > 0 ? p[a] / both : 0.5
    }
  }

  /// The unit's name.
  package var name: String {
    switch self {
    case .distribution: "total variation distance"
    case .probability: "change of the label's probability"
    case .contrast: "change of the share against the strongest other label"
    case .score: "change of the score, as a share of its scale"
    case .unscaled: "change of the score"
    }
  }
}

/// Whether two rows of probabilities predict different labels; one alone is a probability, whose
/// side of ½ is the label.
func predictsOtherLabel(_ p: [Double], than q: [Double]) -> Bool {
  if p.count == 1 { return (p[0] >= 0.5) != (q[0] >= 0.5) }
  func top(_ row: [Double]) -> Int? { row.indices.max { row[$0] < row[$1] } }
  return top(p) != top(q)
}
