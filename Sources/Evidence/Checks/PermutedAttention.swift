import Attribution
import Models
import Tensors

/// How much the prediction depends on where the attention goes at all.
package struct PermutedAttention: Check {
  package let info = CheckInfo(
    name: "permutation", condition: .robustness, role: .descriptive,
    claim: "the prediction depends on where the attention goes",
    null: "none: it ignores the explanation, so a shuffled map would do as well",
    limits: "it describes the model, not this map", cost: "100 forward passes",
    source: "Jain & Wallace 2019", needs: [.inside, .classifier])

  package func estimate(_ examination: Examination) -> Cost {
    Cost(forwards: 1 + examination.settings.shuffles)
  }

  package func run(_ examination: Examination) throws(AssayError) -> CheckResult {
    guard examination.count >= 2 else {
      return result(.notApplicable, "One token alone cannot change places.")
    }
    let source = examination.random("permutation")
    let variants = (0..<examination.settings.shuffles).map { index in
      var draw = source.draw(index)
      return [
        examination.edit(.permute(seed: draw.next()), keys: examination.question.positions)
      ]
    }
    let distances = try examination.counterfactuals(variants)
    let middle = median(distances)
    var result = result(
      .inconclusive,
      "Shuffling the attention over the words moves the prediction by \(percent(middle)) (median of "
        + "\(distances.count)); this describes the model, not the map.")
    result.statistic = middle
    result.effect = middle
    result.details = [("distances", .numbers(distances))]
    return result
  }
}
