import Attribution
import Models
import Tensors
import Values

/// Do the highlighted tokens argue for the prediction or against it?
package struct Polarity: Check {
  package let info = CheckInfo(
    name: "polarity", condition: .causalRelevance, role: .supporting,
    claim: "the highlighted tokens argue for the explained target",
    null: "none: a deterministic effect",
    limits: "a token can matter in company and argue the other way alone",
    cost: "none beyond removal", source: "Liu et al. 2022", vetoes: true,
    needs: [.classifier])

  package func estimate(_ examination: Examination) -> Cost { Cost() }

  package func run(_ examination: Examination) throws(AssayError) -> Examined<PolarityFinding> {
    let top = examination.highlight.top
    let operators = Array(examination.operators.prefix(2))
    guard !top.isEmpty, !operators.isEmpty else {
      return .notApplicable("There is no highlighted token that could be removed.")
    }
    var drops: [Double] = []
    for how in operators { drops.append(try examination.effects(of: [top], by: how)[0].drop) }
    return .found(
      PolarityFinding(operators: operators, drops: drops, isScaled: examination.unit.isScaled))
  }
}

/// How much of the target's support goes with the highlighted units, by operator.
package struct PolarityFinding: Finding {
  package let operators: [RemovalOperator]
  package let drops: [Double]
  let isScaled: Bool

  /// Whether the highlighted units argue against the target, by every operator.
  package func argues(_ thresholds: Thresholds) -> Bool {
    isScaled && drops.allSatisfy { $0 <= -thresholds.epsilon }
  }

  package func outcome(_ thresholds: Thresholds) -> Outcome {
    if argues(thresholds) { return .contradicts }
    let agrees = isScaled && drops.allSatisfy { $0 >= thresholds.epsilon }
    return agrees ? .supports : .inconclusive
  }

  package func statistic(_ thresholds: Thresholds) -> Double? { median(drops) }
  package var effect: Double? { median(drops) }

  package func sentence(_ thresholds: Thresholds) -> String {
    switch outcome(thresholds) {
    case .contradicts:
      "The highlighted tokens argue against the prediction: without them the model is surer."
    case .supports: "The highlighted tokens argue for the prediction."
    case .inconclusive, .notApplicable:
      "The highlighted tokens do not clearly argue for or against the prediction."
    }
  }

  package func details(_ examination: Examination) -> [(name: String, value: Value)] {
    [
      (
        "drops",
        .list(
          zip(operators, drops).map {
            .record([("operator", .text($0.rawValue)), ("drop", .number($1))])
          })
      )
    ]
  }
}
