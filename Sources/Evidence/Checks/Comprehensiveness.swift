import Attribution
import Models
import Tensors

/// Does removing more and more of the top tokens hurt more than removing random ones?
package struct Comprehensiveness: Check {
  package let info = CheckInfo(
    name: "comprehensiveness", condition: .causalRelevance, role: .supporting,
    claim: "the tokens ranked highest are the ones the prediction needs",
    null: "a random ranking of the tokens",
    limits: "one token of a redundant group can be removed without effect",
    cost: "at most 4 × 201 forward passes; sets that coincide run once",
    source: "DeYoung et al. 2020", needs: [.classifier])

  package func estimate(_ examination: Examination) -> Cost {
    RankingCurve.estimate(examination, mirrored: false)
  }

  package func run(_ examination: Examination) throws(AssayError) -> CheckResult {
    guard let how = examination.operators.first,
      let curve = try RankingCurve(
        examination, by: how, mirrored: false, removed: { top, _ in top })
    else { return result(.notApplicable, "There are too few tokens to rank and remove.") }
    let p = curve.pValue(higherIsBetter: true)
    let smallest = curve.smallestP(higherIsBetter: true)
    let outcome: Outcome =
      p <= max(examination.thresholds.alpha, smallest)
        && curve.observed >= examination.thresholds.epsilon
      ? .supports : .inconclusive
    var result = result(
      outcome,
      "Removing the top-ranked tokens lowers the predicted probability by "
        + "\(decimal(curve.observed)) on average; random tokens: \(decimal(curve.randomMean)).")
    result.statistic = curve.observed
    result.effect = curve.rescaled(epsilon: examination.thresholds.epsilon)
    result.pValue = p
    result.smallestP = smallest
    result.null = NullSummary(name: "random rankings", values: curve.random)
    result.details = curve.details(examination.count)
    return result
  }
}
