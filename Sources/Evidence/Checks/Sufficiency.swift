import Attribution
import Models
import Tensors

/// Do the top tokens alone carry the prediction?
package struct Sufficiency: Check {
  package let info = CheckInfo(
    name: "sufficiency", condition: .causalRelevance, role: .supporting,
    claim: "the tokens ranked highest are enough for the prediction",
    null: "a random ranking of the tokens",
    limits: "a few words are an unusual text; what the model makes of them may not carry over",
    cost: "at most 4 × 201 forward passes; sets that coincide run once",
    source: "DeYoung et al. 2020", needs: [.classifier])

  package func estimate(_ examination: Examination) -> Cost {
    RankingCurve.estimate(examination, mirrored: true)
  }

  package func run(_ examination: Examination) throws(AssayError) -> CheckResult {
    guard let how = examination.operators.first,
      let curve = try RankingCurve(
        examination, by: how, mirrored: true,
        removed: { top, count in (0..<count).filter { !top.contains($0) } })
    else { return result(.notApplicable, "There are too few tokens to rank and remove.") }
    let p = curve.pValue(higherIsBetter: false)
    let smallest = curve.smallestP(higherIsBetter: false)
    let outcome: Outcome =
      p <= max(examination.thresholds.alpha, smallest) ? .supports : .inconclusive
    var result = result(
      outcome,
      "Keeping only the top-ranked tokens lowers the predicted probability by "
        + "\(decimal(curve.observed)) on average; keeping random tokens: \(decimal(curve.randomMean))."
    )
    result.statistic = curve.observed
    result.effect = curve.rescaled(epsilon: examination.thresholds.epsilon)
    result.pValue = p
    result.smallestP = smallest
    result.null = NullSummary(name: "random rankings", values: curve.random)
    result.details = curve.details(examination.count)
    return result
  }
}
