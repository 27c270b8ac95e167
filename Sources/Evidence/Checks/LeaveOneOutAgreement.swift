import Attribution
import Models
import Tensors

/// Does the map rank tokens as their single removal does?
package struct LeaveOneOutAgreement: Check {
  package let info = CheckInfo(
    name: "leave_one_out_agreement", condition: .causalRelevance, role: .supporting,
    claim: "the map ranks tokens as removing them one by one does",
    null: "no association between the two rankings",
    limits:
      "the ranking of many irrelevant tokens is noise, so tau never decides: it says little of the top",
    cost: "none beyond removal", source: "Jain & Wallace 2019", needs: [.classifier])

  package func estimate(_ examination: Examination) -> Cost {
    Cost()
  }

  package func run(_ examination: Examination) throws(AssayError) -> CheckResult {
    guard let how = examination.operators.first else {
      return result(.notApplicable, "No removal operator can be used on this input.")
    }
    let distances = try examination.leaveOneOut(how).distances
    let agreement = try Agreement.measure(
      examination.scores, distances, seed: examination.question.execution.seed)
    let kendall = agreement["kendall"]?.association
    guard let tau = kendall?.value else {
      let reason = kendall?.undefined.map { "\($0)" } ?? "the ranking is undefined"
      return result(.inconclusive, "The rankings cannot be compared: \(reason).")
    }
    let p = kendall?.pValue?.value
    let significant = (p ?? 1) <= examination.thresholds.alpha
    let outcome: Outcome =
      significant ? (tau > 0 ? .supports : .contradicts) : .inconclusive
    var result = result(
      outcome,
      "The map's ranking and that of removing tokens one by one agree with tau \(decimal(tau)) over "
        + "\(examination.count) tokens.")
    result.statistic = tau
    result.effect = tau
    result.pValue = p
    result.details = [
      ("operator", .text(how.rawValue)),
      ("spearman", .number(agreement["spearman"]?.association.value)),
      ("top_k_overlap", .number(agreement["top_k_overlap"]?.association.value)),
      ("k", .integer(agreement.k)),
    ]
    return result
  }
}
