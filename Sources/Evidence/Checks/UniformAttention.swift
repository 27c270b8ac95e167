import Attribution
import Models
import Tensors

/// How much the prediction changes when the attention is spread evenly.
package struct UniformAttention: Check {
  package let info = CheckInfo(
    name: "uniform", condition: .robustness, role: .descriptive,
    claim: "the prediction depends on the attention being uneven",
    null: "none: it ignores the explanation", limits: "it describes the model, not this map",
    cost: "1 forward pass", source: "Wiegreffe & Pinter 2019", needs: [.edits, .classifier])

  package func estimate(_ examination: Examination) -> Cost { Cost(forwards: 2) }

  package func run(_ examination: Examination) throws(AssayError) -> Examined<UniformFinding> {
    .found(UniformFinding(distance: try examination.effects(of: [.uniform])[0].distance))
  }
}

/// What even attention did.
package struct UniformFinding: Finding {
  package let distance: Double

  package func outcome(_ thresholds: Thresholds) -> Outcome { .inconclusive }
  package func statistic(_ thresholds: Thresholds) -> Double? { distance }
  package var effect: Double? { distance }

  package func sentence(_ thresholds: Thresholds) -> String {
    "Spreading the attention evenly moves the prediction by \(percent(distance)); this describes "
      + "the model, not the map."
  }
}
