import Attribution
import Models
import Tensors
import Values

/// Does removing more and more of the top tokens hurt more than removing random ones?
package struct Comprehensiveness: Check {
  package let info = CheckInfo(
    name: "comprehensiveness", condition: .causalRelevance, role: .supporting,
    claim: "the tokens ranked highest are the ones the prediction needs",
    null: "random sets of the same sizes",
    limits: "one token of a redundant group can be removed without effect",
    cost: "at most 4 × 9 forward passes; sets that coincide run once",
    source: "DeYoung et al. 2020", needs: [.classifier])

  package func estimate(_ examination: Examination) -> Cost { RankingCurve.estimate(examination) }

  package func run(
    _ examination: Examination
  ) throws(AssayError) -> Examined<ComprehensivenessFinding> {
    guard let curve = try RankingCurve(examination, removed: { top, _ in top }) else {
      return .notApplicable("There are too few tokens to rank and remove.")
    }
    return .found(ComprehensivenessFinding(curve: curve))
  }
}

/// What removing the top of the ranking does.
package struct ComprehensivenessFinding: Finding {
  package let curve: RankingCurve

  package func outcome(_ thresholds: Thresholds) -> Outcome {
    let isRare =
      curve.pValue(higherIsBetter: true) <= max(thresholds.alpha, curve.smallestP)
    return isRare && curve.area >= thresholds.epsilon ? .supports : .inconclusive
  }

  package func statistic(_ thresholds: Thresholds) -> Double? { curve.area }
  package var effect: Double? { curve.area }
  package var pValue: Double? { curve.pValue(higherIsBetter: true) }
  package var smallestP: Double? { curve.smallestP }
  package var null: NullSummary? { NullSummary(name: "random sets", values: curve.randomAreas) }

  package func sentence(_ thresholds: Thresholds) -> String {
    "Removing the top-ranked tokens takes \(decimal(curve.area)) of the prediction's support on "
      + "average; random tokens: \(decimal(curve.randomMean))."
  }

  package func details(_ examination: Examination) -> [(name: String, value: Value)] {
    curve.details(examination)
  }
}
