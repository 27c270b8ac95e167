import Attribution
import Models
import Tensors
import Values

/// Do the top tokens alone carry the prediction?
package struct Sufficiency: Check {
  package let info = CheckInfo(
    name: "sufficiency", condition: .causalRelevance, role: .supporting,
    claim: "the tokens ranked highest are enough for the prediction",
    null: "keeping random sets of the same sizes",
    limits: "a few words are an unusual text; what the model makes of them may not carry over",
    cost: "at most 4 × 9 forward passes; sets that coincide run once",
    source: "DeYoung et al. 2020", needs: [.classifier])

  package func estimate(_ examination: Examination) -> Cost { RankingCurve.estimate(examination) }

  package func run(
    _ examination: Examination
  ) throws(AssayError) -> Examined<SufficiencyFinding> {
    let curve = try RankingCurve(examination) { top, count in
      (0..<count).filter { !top.contains($0) }
    }
    guard let curve else {
      return .notApplicable("There are too few tokens to rank and remove.")
    }
    return .found(SufficiencyFinding(curve: curve))
  }
}

/// What keeping only the top of the ranking does.
package struct SufficiencyFinding: Finding {
  package let curve: RankingCurve

  package func outcome(_ thresholds: Thresholds) -> Outcome {
    curve.pValue(higherIsBetter: false) <= max(thresholds.alpha, curve.smallestP)
      ? .supports : .inconclusive
  }

  package func statistic(_ thresholds: Thresholds) -> Double? { curve.area }
  package var effect: Double? { curve.area }
  package var pValue: Double? { curve.pValue(higherIsBetter: false) }
  package var smallestP: Double? { curve.smallestP }
  package var null: NullSummary? { NullSummary(name: "random sets", values: curve.randomAreas) }

  package func sentence(_ thresholds: Thresholds) -> String {
    "Keeping only the top-ranked tokens takes \(decimal(curve.area)) of the prediction's support on "
      + "average; keeping random tokens: \(decimal(curve.randomMean))."
  }

  package func details(_ examination: Examination) -> [(name: String, value: Value)] {
    curve.details(examination)
  }
}
