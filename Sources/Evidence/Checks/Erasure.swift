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
    source: "Serrano & Smith 2019", needs: [.inside, .classifier])

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
    let outputs = try examination.outputs(
      ([top] + sets).map {
        [examination.edit(.knockOut(renormalise: true), keys: examination.positions($0))]
      })
    let base = examination.base
    let shifts = outputs.map { JensenShannon.divergence($0.asDistribution, base.asDistribution) }
    let flips = outputs.map { predictsOtherLabel($0, than: base) }
    return .found(
      ErasureFinding(
        size: top.count, distance: examination.unit.distance(outputs[0], base),
        divergence: shifts[0], random: Array(shifts.dropFirst()), flips: flips[0],
        randomFlips: Double(flips.dropFirst().count { $0 }) / Double(max(sets.count, 1))))
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

extension [Double] {
  /// A probability alone as the distribution over its two outcomes; others as they are.
  fileprivate var asDistribution: [Double] { count == 1 ? [self[0], 1 - self[0]] : self }
}
