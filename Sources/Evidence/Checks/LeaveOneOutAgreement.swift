import Attribution
import Models
import Tensors
import Values

/// Does the map rank tokens as their single removal does?
package struct LeaveOneOutAgreement: Check {
  package let info = CheckInfo(
    name: "leave_one_out_agreement", condition: .causalRelevance, role: .supporting,
    claim: "the map ranks tokens as removing them one by one does",
    null: "no association between the two rankings",
    limits:
      "the ranking of many irrelevant tokens is noise, so tau never decides: it says little of the top",
    cost: "none beyond removal", source: "Jain & Wallace 2019", needs: [.classifier])

  package func estimate(_ examination: Examination) -> Cost { Cost() }

  package func run(
    _ examination: Examination
  ) throws(AssayError) -> Examined<RankingFinding> {
    guard let how = examination.operators.first else {
      return .notApplicable("No removal operator can be used on this input.")
    }
    let distances = try examination.leaveOneOut(how).map(\.distance)
    let agreement = try Agreement.measure(
      examination.scores, distances, seed: examination.question.execution.seed)
    guard let kendall = agreement["kendall"]?.association, let tau = kendall.value else {
      let reason = agreement["kendall"]?.association.undefined.map { "\($0)" }
      return .undecided("The rankings cannot be compared: \(reason ?? "they are undefined").")
    }
    return .found(
      RankingFinding(
        how: how, tau: tau, p: kendall.pValue?.value, agreement: agreement))
  }
}

/// How two rankings of the units agree.
package struct RankingFinding: Finding {
  package let how: RemovalOperator
  package let tau: Double
  package let p: Double?
  package let agreement: Agreement

  package func outcome(_ thresholds: Thresholds) -> Outcome {
    guard (p ?? 1) <= thresholds.alpha else { return .inconclusive }
    return tau > 0 ? .supports : .contradicts
  }

  package func statistic(_ thresholds: Thresholds) -> Double? { tau }
  package var effect: Double? { tau }
  package var pValue: Double? { p }

  package func sentence(_ thresholds: Thresholds) -> String {
    "The map's ranking and that of removing tokens one by one agree with tau \(decimal(tau)) over "
      + "\(agreement.count) tokens."
  }

  package func details(_ examination: Examination) -> [(name: String, value: Value)] {
    [
      ("operator", .text(how.rawValue)),
      ("spearman", .number(agreement["spearman"]?.association.value)),
      ("top_k_overlap", .number(agreement["top_k_overlap"]?.association.value)),
      ("k", .integer(agreement.k)),
    ]
  }
}
