import Attribution
import Models
import Tensors

/// Can the lower half of the map go without changing the prediction?
package struct Irrelevance: Check {
  package let info = CheckInfo(
    name: "irrelevance", condition: .causalRelevance, role: .supporting,
    claim: "the tokens that the map ranks in its lower half do not matter",
    null: "none: a deterministic effect",
    limits: "half of a text is an unusual text; an operator's own shift counts against the map",
    cost: "none beyond removal", source: "after DeYoung et al. 2020", needs: [.classifier])

  package func estimate(_ examination: Examination) -> Cost {
    Cost()
  }

  package func run(_ examination: Examination) throws(AssayError) -> CheckResult {
    let lower = examination.lowerHalf
    guard !lower.isEmpty, !examination.operators.isEmpty else {
      return result(.notApplicable, "There are too few tokens to leave half of them out.")
    }
    var distances: [Double] = []
    for how in examination.operators {
      distances.append(try examination.effect(of: lower, by: how).distance)
    }
    let small = distances.count { $0 <= examination.thresholds.epsilon }
    let middle = median(distances)
    let supports = small >= min(2, distances.count)
    var result = result(
      supports ? .supports : .inconclusive,
      "Without the \(lower.count) tokens that the map ranks lowest the prediction moves by "
        + "\(percent(middle)).")
    result.statistic = middle
    result.effect = middle
    result.details = [
      (
        "operators",
        .list(
          zip(examination.operators, distances).map {
            .record([("operator", .text($0.rawValue)), ("tvd", .number($1))])
          })
      )
    ]
    return result
  }
}

extension Examination {
  /// Ranks of the lower half of the map (rounded down), K left out; empty with one token.
  var lowerHalf: [Int] {
    highlight.order.suffix(count / 2).filter { !highlight.top.contains($0) }
  }
}
