/// Agreement of two top-k lists: 1 − K^(½)/K_max, 1 for equal lists and 0 for disjoint ones.
///
/// K^(½) is the Kendall distance with penalty ½ over the union of both lists (Fagin, Kumar &
/// Sivakumar 2003, §3): 1 for a pair in opposite order, where a position outside a list stands below
/// it; ½ for a pair that only one vector orders. K_max = k₁k₂ + ½(C(k₁,2) + C(k₂,2)) is reached by
/// disjoint lists. A group of ties that k would cut is left out whole, so a list can be shorter than
/// k; undefined when that leaves a list empty.
/// - Complexity: O(n log n).
enum KendallTopK {
  static func measure(_ pair: ScorePair) -> Association {
    if let constant = pair.constant { return .undefined(constant) }
    let first = listed(pair.first, k: pair.k)
    let second = listed(pair.second, k: pair.k)
    if first.isEmpty { return .undefined(.tiedAtTop(.first)) }
    if second.isEmpty { return .undefined(.tiedAtTop(.second)) }
    let outsideFirst = pair.first.groups.count
    let outsideSecond = pair.second.groups.count
    // The place of each position of the union: its group, or one place below every group.
    let union = Set(first).union(second).sorted()
    let (inFirst, inSecond) = (Set(first), Set(second))
    func scores(_ inside: Set<Int>, _ ranking: Ranking, _ outside: Int) -> [Double] {
      union.map { -Double(inside.contains($0) ? ranking.groupOfPosition[$0] : outside) }
    }
    let counts = Kendall.Counts(
      ScorePair(
        Ranking(scores(inFirst, pair.first, outsideFirst)),
        Ranking(scores(inSecond, pair.second, outsideSecond)), k: 1))
    // Pairs that one ranking orders and the other ties are those tied in either, less twice those
    // tied in both; concordant and discordant ones are the rest.
    let orderedByBoth = 2 * counts.discordant + counts.difference
    let orderedByOne = 2 * (counts.pairs - orderedByBoth) - counts.tiedFirst - counts.tiedSecond
    let distance = Double(counts.discordant) + Double(orderedByOne) / 2
    func pairs(_ count: Int) -> Double { Double(count * (count - 1) / 2) }
    let largest =
      Double(first.count * second.count) + (pairs(first.count) + pairs(second.count)) / 2
    return .defined(1 - distance / largest, pValue: nil)
  }

  /// The positions of the groups that lie wholly within the first k places.
  private static func listed(_ ranking: Ranking, k: Int) -> ArraySlice<Int> {
    let end = ranking.groups.last { $0.upperBound <= k }?.upperBound ?? 0
    return ranking.order[..<end]
  }
}
