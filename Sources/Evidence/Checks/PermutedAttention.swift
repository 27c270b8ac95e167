import Attribution
import Models
import Tensors
import Values

/// How much the prediction depends on where the attention goes at all.
package struct PermutedAttention: Check {
  package let info = CheckInfo(
    name: "permutation", condition: .robustness, role: .descriptive,
    claim: "the prediction depends on where the attention goes",
    null: "none: it ignores the explanation, so a shuffled map would do as well",
    limits: "it describes the model, not this map", cost: "one forward pass a shuffle",
    source: "Jain & Wallace 2019", needs: [.edits, .classifier],
    options: [
      OptionSpec(
        "shuffles", .integer(1...10_000), default: .integer(10), "permutations of the attention")
    ])

  package func estimate(_ examination: Examination) throws(AssayError) -> Cost {
    Cost(forwards: 1 + (try shuffles(examination)))
  }

  private func shuffles(_ examination: Examination) throws(AssayError) -> Int {
    examination.settings.thinned(try examination.options(of: self).integer("shuffles"))
  }

  package func run(
    _ examination: Examination
  ) throws(AssayError) -> Examined<PermutationFinding> {
    guard examination.count >= 2 else {
      return .notApplicable("One token alone cannot change places.")
    }
    let source = examination.random("permutation")
    let shuffles = (0..<(try shuffles(examination))).map { index in
      var draw = source.draw(index)
      return AttentionEdit.shuffled(seed: draw.next())
    }
    return .found(
      PermutationFinding(distances: try examination.effects(of: shuffles).map(\.distance)))
  }
}

/// What shuffling the attention did, one effect a shuffle.
package struct PermutationFinding: Finding {
  package let distances: [Double]

  package func outcome(_ thresholds: Thresholds) -> Outcome { .inconclusive }
  package func statistic(_ thresholds: Thresholds) -> Double? { median(distances) }
  package var effect: Double? { median(distances) }

  package func sentence(_ thresholds: Thresholds) -> String {
    "Shuffling the attention over the words moves the prediction by \(percent(median(distances))) "
      + "(median of \(distances.count)); this describes the model, not the map."
  }

  package func details(_ examination: Examination) -> [(name: String, value: Value)] {
    [("distances", .numbers(distances))]
  }
}
