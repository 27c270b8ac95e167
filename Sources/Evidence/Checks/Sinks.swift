import Attribution
import Models
import Tensors

/// How much of the attention rests on positions that add next to nothing.
package struct Sinks: Check {
  package let info = CheckInfo(
    name: "sinks", condition: nil, role: .descriptive,
    claim: "enough of the attention rests on positions that say something",
    null: "none: a deterministic share", limits: "a small share can still be the one that decides",
    cost: "1 forward pass a layer of the map",
    source: "Clark et al. 2019; Kobayashi et al. 2020; Xiao et al. 2024")

  package func estimate(_ examination: Examination) -> Cost {
    Cost(forwards: examination.scope.layers.count)
  }

  package func run(_ examination: Examination) throws(AssayError) -> Examined<SinkFinding> {
    guard let mass = try examination.sinkMass() else {
      return .notApplicable("These scores are not shares of attention.")
    }
    return .found(SinkFinding(mass: mass))
  }
}

/// The share of the map's attention on sinks.
package struct SinkFinding: Finding {
  package let mass: Double

  package func outcome(_ thresholds: Thresholds) -> Outcome {
    1 - mass >= thresholds.explainedMass ? .supports : .inconclusive
  }

  package func statistic(_ thresholds: Thresholds) -> Double? { mass }
  package var effect: Double? { mass }

  package func sentence(_ thresholds: Thresholds) -> String {
    let share =
      "\(percent(mass)) of the attention rests on positions whose vectors add next to nothing"
    return outcome(thresholds) == .supports
      ? share + "." : share + ", so that the map shows only a remainder."
  }
}
