/// How much of what any set of its size attains one set attains: 0 is what the same number of units
/// attains at random, 1 the best set found.
///
/// Sets are compared in T-form, f*(T) = f(T) + Σ_{t∈T} f({t}) (f alone for one unit): what the set
/// does together and what its members do singly, so that evidence that is needed jointly, doubled or
/// additive is all seen. η(K) = (f*(K) − mean f*)/(max f* − mean f*), undefined unless the
/// denominator is at least ε.
package struct Efficiency: Sendable {
  /// The units under test, ascending.
  package let set: [Int]
  /// f(K): what they do together.
  package let together: Double
  /// f*(K).
  package let combined: Double
  /// The mean of f over random sets of the size.
  package let typical: Double
  /// The largest f of any set that was looked at.
  package let largest: Double
  /// The mean of f* over random sets of the size.
  package let mean: Double
  /// The largest f* found, and where.
  package let best: (set: [Int], combined: Double)
  /// f* of the random sets over which the mean goes, in the order of the stream.
  package let null: [Double]
  /// How often a random set does as well; nil when nothing hung on it and it was not read.
  package var p: SequentialP?
  /// 1/C(n, |K|): the chance that a random set is the best one.
  package let bound: Double

  /// η, or nil where the best set is not at least `epsilon` above chance.
  package func value(_ epsilon: Double) -> Double? {
    let span = best.combined - mean
    return span >= epsilon ? (combined - mean) / span : nil
  }

  /// Whether the numbers stand for an effect that is there, that is more than chance attains, and
  /// that is not luck.
  package func outcome(_ thresholds: Thresholds) -> Outcome {
    if together < thresholds.epsilon {
      return largest >= thresholds.epsilon ? .contradicts : .inconclusive
    }
    guard let value = value(thresholds.epsilon) else { return .inconclusive }
    if value < thresholds.contradicted { return .contradicts }
    guard value >= thresholds.supported, let p else { return .inconclusive }
    return p.value <= max(thresholds.alpha, bound) ? .supports : .inconclusive
  }

  /// What strength counts: η, or 0 where the set itself does next to nothing.
  package func strength(_ epsilon: Double) -> Double? {
    together < epsilon ? 0 : value(epsilon)
  }
}

/// f* of sets, from f of each set together and of each unit alone.
package struct CombinedForm: Sendable {
  /// f of each unit alone.
  package let singles: [Double]

  package init(singles: [Double]) { self.singles = singles }

  package func callAsFunction(_ set: [Int], _ together: Double) -> Double {
    set.count == 1 ? together : together + sum(set)
  }

  /// Σ_{t∈T} f({t}).
  package func sum(_ set: [Int]) -> Double { set.reduce(0) { $0 + singles[$1] } }

  /// The mean of f* over all sets of one size, estimated from f of some of them.
  ///
  /// f is regressed on the sum of its members' own effects, whose mean over all sets is known:
  /// |K| times the mean single (a control variate). Exact for sets of one and where `isExact`.
  package func means(
    of together: [Double], _ sets: [[Int]], isExact: Bool
  ) -> (together: Double, combined: Double) {
    let size = Double(sets.first?.count ?? 0)
    let single = singles.reduce(0, +) / Double(max(singles.count, 1))
    if size <= 1 { return (single, single) }
    let count = Double(sets.count)
    let plain = together.reduce(0, +) / count
    let expected = size * single
    if isExact { return (plain, plain + expected) }
    let sums = sets.map(sum)
    let middle = sums.reduce(0, +) / count
    var (covariance, variance) = (0.0, 0.0)
    for (x, y) in zip(sums, together) {
      covariance += (x - middle) * (y - plain)
      variance += (x - middle) * (x - middle)
    }
    let slope = variance > 0 ? covariance / variance : 0
    let mean = plain - slope * (middle - expected)
    return (mean, mean + expected)
  }

  /// The units with the largest effects of their own, ties to the earlier one.
  package func strongest(_ size: Int) -> [Int] {
    singles.indices.sorted { (singles[$1], $0) < (singles[$0], $1) }.prefix(size).sorted()
  }
}
