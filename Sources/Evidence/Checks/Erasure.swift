import Attribution
import Models
import Tensors
import Values

/// Does erasing the highlighted attention change the output more than erasing other attention?
package struct Erasure: Check {
  package let info = CheckInfo(
    name: "erasure", condition: .robustness, role: .supporting,
    claim: "the highlighted attention matters more than as much attention elsewhere",
    null: "random sets of as many tokens",
    limits:
      "a set that matters most may still be replaceable; hidden states below the edit are given",
    cost: "20 forward passes from the lowest edited layer",
    source: "Serrano & Smith 2019", needs: [.edits, .classifier])

  package func estimate(_ examination: Examination) -> Cost {
    Cost(forwards: 2 + examination.settings.draws.supporting)
  }

  package func run(_ examination: Examination) throws(AssayError) -> Examined<ErasureFinding> {
    let top = examination.highlight.top
    guard !top.isEmpty, examination.count > top.count else {
      return .undecided("There is no other token whose attention could be erased.")
    }
    let sets = examination.stream(top.count).sets.lazy.filter { $0 != top }
      .prefix(examination.settings.draws.supporting)
    let effects = try examination.effects(of: ([top] + sets).map(AttentionEdit.knockOut))
    let random = effects.dropFirst()
    return .found(
      ErasureFinding(
        size: top.count, distance: effects[0].distance, divergence: effects[0].divergence,
        random: random.map(\.divergence), flips: effects[0].flips,
        randomFlips: Double(random.count(where: \.flips)) / Double(max(random.count, 1))))
  }
}

/// What knocking out the highlighted attention did, beside that of random sets.
package struct ErasureFinding: Finding {
  let size: Int
  package let distance: Double
  package let divergence: Double
  package let random: [Double]
  let flips: Bool
  let randomFlips: Double

  private var p: Double {
    Double(1 + random.count { $0 >= divergence - Draws.tie }) / Double(1 + random.count)
  }

  package func outcome(_ thresholds: Thresholds) -> Outcome {
    let isRare = p <= max(thresholds.alpha, 1 / Double(1 + random.count))
    return distance >= thresholds.epsilon && isRare ? .supports : .inconclusive
  }

  package func statistic(_ thresholds: Thresholds) -> Double? { divergence }
  package var effect: Double? { distance }
  package var pValue: Double? { p }
  package var smallestP: Double? { 1 / Double(1 + random.count) }
  package var null: NullSummary? { NullSummary(name: "random sets of \(size)", values: random) }

  package func sentence(_ thresholds: Thresholds) -> String {
    "Erasing the highlighted attention moves the prediction by \(percent(distance)); as many other "
      + "tokens do as much in \(percent(p)) of cases."
  }

  package func details(_ examination: Examination) -> [(name: String, value: Value)] {
    [("flips", .bool(flips)), ("random_flips", .number(randomFlips))]
  }
}
