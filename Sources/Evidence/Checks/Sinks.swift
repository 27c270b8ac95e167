import Attribution
import Models
import Tensors

/// How much of the attention rests on positions that stand for no text.
package struct Sinks: Check {
  package let info = CheckInfo(
    name: "sinks", condition: nil, role: .descriptive,
    claim: "enough of the attention rests on text for the map to mean something",
    null: "none: a deterministic share", limits: "a small share can still be the one that decides",
    cost: "none", source: "Clark et al. 2019; Kobayashi et al. 2020")

  package func estimate(_ examination: Examination) -> Cost {
    Cost()
  }

  package func run(_ examination: Examination) throws(AssayError) -> CheckResult {
    guard let mass = examination.sinkMass else {
      return result(.notApplicable, "These scores are not shares of attention.")
    }
    let floor = examination.thresholds.explainedMass
    let enough = 1 - mass >= floor
    var result = result(
      enough ? .supports : .inconclusive,
      enough
        ? "\(percent(mass)) of the attention rests on special tokens and punctuation."
        : "\(percent(mass)) of the attention rests on special tokens and punctuation, so that the map of the words "
          + "shows only a remainder.")
    result.statistic = mass
    result.effect = mass
    return result
  }
}
