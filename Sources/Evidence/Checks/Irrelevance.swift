import Attribution
import Models
import Tensors
import Values

/// Can the lower half of the map go without changing the prediction?
package struct Irrelevance: Check {
  package let info = CheckInfo(
    name: "irrelevance", condition: .causalRelevance, role: .supporting,
    claim: "the tokens that the map ranks in its lower half do not matter",
    null: "none: a deterministic effect",
    limits: "half of a text is an unusual text; an operator's own shift counts against the map",
    cost: "1 forward pass an operator", source: "after DeYoung et al. 2020", needs: [.classifier])

  package func estimate(_ examination: Examination) -> Cost {
    Cost(forwards: examination.operators.prefix(2).reduce(0) { $0 + examination.draws($1) })
  }

  package func run(
    _ examination: Examination
  ) throws(AssayError) -> Examined<IrrelevanceFinding> {
    let lower = examination.lowerHalf
    let operators = Array(examination.operators.prefix(2))
    guard !lower.isEmpty, !operators.isEmpty else {
      return .notApplicable("There are too few tokens to leave half of them out.")
    }
    var distances: [Double] = []
    for how in operators {
      distances.append(try examination.effects(of: [lower], by: how)[0].distance)
    }
    return .found(
      IrrelevanceFinding(size: lower.count, operators: operators, distances: distances))
  }
}

/// What removing the lower half of the map did.
package struct IrrelevanceFinding: Finding {
  package let size: Int
  package let operators: [RemovalOperator]
  package let distances: [Double]

  package func outcome(_ thresholds: Thresholds) -> Outcome {
    let small = distances.count { $0 <= thresholds.epsilon }
    return small == distances.count ? .supports : .inconclusive
  }

  package func statistic(_ thresholds: Thresholds) -> Double? { median(distances) }
  package var effect: Double? { median(distances) }

  package func sentence(_ thresholds: Thresholds) -> String {
    "Without the \(size) tokens that the map ranks lowest the prediction moves by "
      + "\(percent(median(distances)))."
  }

  package func details(_ examination: Examination) -> [(name: String, value: Value)] {
    [
      (
        "operators",
        .list(
          zip(operators, distances).map {
            .record([("operator", .text($0.rawValue)), ("tvd", .number($1))])
          })
      )
    ]
  }
}
