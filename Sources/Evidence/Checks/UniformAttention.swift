import Attribution
import Models
import Tensors

/// How much the prediction changes when the attention is spread evenly.
package struct UniformAttention: Check {
  package let info = CheckInfo(
    name: "uniform", condition: .robustness, role: .descriptive,
    claim: "the prediction depends on the attention being uneven",
    null: "none: it ignores the explanation", limits: "it describes the model, not this map",
    cost: "1 forward pass", source: "Wiegreffe & Pinter 2019", needs: [.inside, .classifier])

  package func estimate(_ examination: Examination) -> Cost {
    Cost(forwards: 2)
  }

  package func run(_ examination: Examination) throws(AssayError) -> CheckResult {
    let distance = try examination.counterfactuals([[examination.edit(.uniform)]])[0]
    var result = result(
      .inconclusive,
      "Spreading the attention evenly moves the prediction by \(percent(distance)); this describes "
        + "the model, not the map.")
    result.statistic = distance
    result.effect = distance
    return result
  }
}
