import Attribution
import Models
import Tensors
import Values

/// The prediction along a ranking of units, against random sets of the same sizes and the best
/// ranking by single removals: what comprehensiveness and sufficiency share.
package struct RankingCurve: Sendable {
  /// The numbers of top units at 5, 10, 20 and 50 %, duplicates merged.
  package let sizes: [Int]
  /// How much of the target's support is gone, one a size.
  package let curve: [Double]
  /// The same for sets at random: one row a draw.
  package let random: [[Double]]
  /// The same for the units that are strongest alone.
  package let best: [Double]
  package let how: RemovalOperator

  static let fractions = [0.05, 0.1, 0.2, 0.5]

  static func sizes(_ count: Int) -> [Int] {
    let raw = fractions.map { max(1, Int(saturating: (Double(count) * $0).rounded(.up))) }
    return raw.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// The passes that one curve takes at most.
  static func estimate(_ examination: Examination) -> Cost {
    guard let how = examination.operators.first, examination.count >= 2 else { return Cost() }
    let sets = sizes(examination.count).count * (examination.settings.draws.ranking + 2)
    return Cost(forwards: sets * examination.draws(how))
  }

  /// - Parameter removed: the units taken away when the top ones of a ranking are these.
  init?(
    _ examination: Examination, removed: (_ top: [Int], _ count: Int) -> [Int]
  ) throws(AssayError) {
    let count = examination.count
    guard count >= 2, let how = examination.operators.first else { return nil }
    let sizes = RankingCurve.sizes(count)
    let singles = try examination.leaveOneOut(how).map(\.drop)
    let strongest = singles.indices.sorted { (singles[$1], $0) < (singles[$0], $1) }
    func tops(_ ranking: [Int]) -> [[Int]] { sizes.map { ranking.prefix($0).sorted() } }
    let draws = (0..<examination.settings.draws.ranking).map { draw in
      sizes.map { size -> [Int] in
        let sets = examination.stream(size).sets
        return sets[draw % sets.count]
      }
    }
    let asked = [tops(examination.highlight.order), tops(strongest)] + draws
    let effects = try examination.effects(
      of: asked.joined().map { removed($0, count) }, by: how
    ).map(\.drop)
    let rows = asked.indices.map { row in
      Array(effects[row * sizes.count..<(row + 1) * sizes.count])
    }
    self.sizes = sizes
    self.how = how
    curve = rows[0]
    best = rows[1]
    random = Array(rows.dropFirst(2))
  }

  /// The mean over the sizes (AOPC, area over the perturbation curve).
  package var area: Double { Self.mean(curve) }
  package var bestArea: Double { Self.mean(best) }
  package var randomAreas: [Double] { random.map(Self.mean) }
  package var randomMean: Double { Self.mean(randomAreas) }

  private static func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(max(values.count, 1))
  }

  /// 0 for random sets, 1 for the units that are strongest alone; nil unless the two are `epsilon`
  /// apart.
  package func rescaled(epsilon: Double) -> Double? {
    let span = bestArea - randomMean
    return abs(span) >= epsilon ? (area - randomMean) / span : nil
  }

  /// (1 + #{as extreme})/(1 + draws), in the direction that `higher` names.
  package func pValue(higherIsBetter: Bool) -> Double {
    let reached = randomAreas.count {
      higherIsBetter ? $0 >= area - Draws.tie : $0 <= area + Draws.tie
    }
    return Double(1 + reached) / Double(1 + random.count)
  }

  /// The p of a ranking that no random one reaches.
  package var smallestP: Double { 1 / Double(1 + random.count) }

  func details(_ examination: Examination) -> [(name: String, value: Value)] {
    func column(_ index: Int) -> [Double] { random.map { $0[index] }.sorted() }
    let means = sizes.indices.map { Self.mean(column($0)) }
    return [
      ("operator", .text(how.rawValue)), ("best", .number(bestArea)),
      ("random_mean", .number(randomMean)),
      (
        "rescaled", .number(rescaled(epsilon: examination.thresholds.epsilon))
      ),
      (
        "curves",
        .record([
          ("fractions", .numbers(sizes.map { Double($0) / Double(examination.count) })),
          ("observed", .numbers(curve)), ("random_mean", .numbers(means)),
          ("random_low", .numbers(sizes.indices.map { column($0).first ?? 0 })),
          ("random_high", .numbers(sizes.indices.map { column($0).last ?? 0 })),
        ])
      ),
    ]
  }
}
