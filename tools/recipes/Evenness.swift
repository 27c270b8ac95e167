import Attribution
import Foundation
import Models
import Tensors

/// How evenly the map is spread over the units.
package struct Evenness: Check {
  package let info = CheckInfo(
    name: "evenness", condition: nil, role: .descriptive,
    claim: "the map singles tokens out", null: "none: a deterministic share",
    limits: "an even map may be true, and one that singles out may be wrong", cost: "no pass",
    source: "Shannon 1948")

  package func estimate(_ examination: Examination) -> Cost { Cost() }

  package func run(_ examination: Examination) throws(AssayError) -> Examined<EvennessFinding> {
    let weights = examination.highlight.weights
    guard weights.count > 1 else { return .notApplicable("One token alone is always even.") }
    let entropy = weights.reduce(0) { $0 - ($1 > 0 ? $1 * log($1) : 0) }
    return .found(EvennessFinding(share: entropy / log(Double(weights.count))))
  }
}

/// The entropy of the map's weights as a share of the largest there is.
package struct EvennessFinding: Finding {
  package let share: Double

  package func outcome(_ thresholds: Thresholds) -> Outcome { .inconclusive }
  package func statistic(_ thresholds: Thresholds) -> Double? { share }
  package var effect: Double? { share }

  package func sentence(_ thresholds: Thresholds) -> String {
    "The map has \(percent(share)) of the entropy of an even one."
  }
}
