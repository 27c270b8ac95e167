import Attribution
import Models
import Tensors

/// Do the highlighted tokens argue for the prediction or against it?
package struct Polarity: Check {
  package let info = CheckInfo(
    name: "polarity", condition: .causalRelevance, role: .supporting,
    claim: "the highlighted tokens argue for the predicted label",
    null: "none: a deterministic effect",
    limits: "a token can matter in company and argue the other way alone",
    cost: "none beyond removal", source: "Liu et al. 2022", vetoes: true,
    needs: [.classifier])

  package func estimate(_ examination: Examination) -> Cost {
    Cost()
  }

  package func run(_ examination: Examination) throws(AssayError) -> CheckResult {
    let top = examination.highlight.top
    let operators = examination.operators
    guard !top.isEmpty, !operators.isEmpty else {
      return result(.notApplicable, "There is no highlighted token that could be removed.")
    }
    var drops: [Double] = []
    for how in operators { drops.append(try examination.effect(of: top, by: how).drop) }
    let judge = { @Sendable [drops] (thresholds: Thresholds) in
      let needed = min(2, drops.count)
      if drops.count(where: { $0 <= -thresholds.epsilon }) >= needed {
        return Judgement(.contradicts)
      }
      let agrees = drops.count { $0 >= thresholds.epsilon } >= needed
      return Judgement(agrees ? .supports : .inconclusive)
    }
    let outcome = judge(examination.thresholds).outcome
    let sentence =
      switch outcome {
      case .contradicts:
        "The highlighted tokens argue against the prediction: without them the model is surer."
      case .supports: "The highlighted tokens argue for the prediction."
      case .inconclusive, .notApplicable:
        "The highlighted tokens do not clearly argue for or against the prediction."
      }
    var result = result(outcome, sentence)
    result.judge = judge
    result.statistic = median(drops)
    result.effect = median(drops)
    result.details = [
      (
        "drops",
        .list(
          zip(operators, drops).map {
            .record([("operator", .text($0.rawValue)), ("drop", .number($1))])
          })
      )
    ]
    return result
  }
}
