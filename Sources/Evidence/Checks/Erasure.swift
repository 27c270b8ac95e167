import Attribution
import Models
import Tensors

/// Does erasing the highlighted attention change the output more than erasing other attention?
package struct Erasure: Check {
  package let info = CheckInfo(
    name: "erasure", condition: .robustness, role: .supporting,
    claim: "the highlighted attention matters more than as much attention elsewhere",
    null: "random sets of as many tokens",
    limits:
      "a set that matters most may still be replaceable; hidden states below the edit are given",
    cost: "at most 100 forward passes from the lowest edited layer",
    source: "Serrano & Smith 2019", isDefault: false, needs: [.inside, .classifier])

  package func estimate(_ examination: Examination) -> Cost {
    let size = examination.highlight.top.count
    return Cost(
      forwards: 2
        + Subsets.count(
          of: examination.count, size: size, limit: examination.settings.swaps))
  }

  package func run(_ examination: Examination) throws(AssayError) -> CheckResult {
    let top = examination.highlight.top
    guard !top.isEmpty, examination.count > top.count else {
      return result(.inconclusive, "There is no other token whose attention could be erased.")
    }
    let sets = Subsets(
      of: Array(0..<examination.count), size: top.count, limit: examination.settings.swaps,
      source: examination.random("erasure")
    ).chosen.filter { $0 != top }
    let outputs = try examination.outputs(
      ([top] + sets).map {
        [examination.edit(.knockOut(renormalise: true), keys: examination.positions($0))]
      })
    let base = examination.base
    let shifts = outputs.map { JensenShannon.divergence($0.asDistribution, base.asDistribution) }
    let flips = outputs.map { predictsOtherLabel($0, than: base) }
    let distance = totalVariation(outputs[0], base)
    let (observed, null) = (shifts[0], Array(shifts.dropFirst()))
    let tie = 0.01 * ((shifts.max() ?? 0) - (shifts.min() ?? 0))
    func share(_ level: Double) -> Double {
      Double(1 + null.count { $0 >= level - tie }) / Double(1 + null.count)
    }
    let (p, smallest) = (share(observed), share(shifts.max() ?? observed))
    let thresholds = examination.thresholds
    let supports = distance >= thresholds.epsilon && p <= max(thresholds.alpha, smallest)
    var result = result(
      supports ? .supports : .inconclusive,
      "Erasing the highlighted attention moves the prediction by \(percent(distance)); as many "
        + "other tokens do as much in \(percent(share(observed))) of cases.")
    result.statistic = observed
    result.effect = distance
    result.pValue = p
    result.smallestP = smallest
    result.null = NullSummary(name: "random sets of \(top.count)", values: null)
    result.details = [
      ("flips", .bool(flips[0])),
      (
        "random_flips", .number(Double(flips.dropFirst().count { $0 }) / Double(max(null.count, 1)))
      ),
    ]
    return result
  }
}

extension [Double] {
  /// A probability alone as the distribution over its two outcomes; others as they are.
  fileprivate var asDistribution: [Double] { count == 1 ? [self[0], 1 - self[0]] : self }
}
