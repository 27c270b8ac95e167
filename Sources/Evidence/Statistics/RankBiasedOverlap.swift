/// Rank-biased overlap, extrapolated: (1 − p)/p · Σ_d A_d p^d + A_n p^n with p = 0.9.
///
/// A_d is the overlap of the first d positions divided by d (Webber, Moffat & Zobel 2010, eq. 32).
/// Ties count with their expectation under random breaking (RBO^a of Corsi & Urbano 2024). Both
/// rankings hold all n positions, so A_n = 1. Undefined for constant vectors.
/// - Complexity: O(n) after ranking: groups that overlap in depth are intersected once, by the
///   smaller of the two.
enum RankBiasedOverlap {
  static let persistence = 0.9

  static func measure(_ pair: ScorePair) -> Association {
    if let constant = pair.constant { return .undefined(constant) }
    var walk = Walk(pair)
    var sum = 0.0
    var weight = 1.0
    var agreement = 0.0
    for depth in 1...pair.count {
      weight *= persistence
      agreement = walk.overlap(depth: depth) / Double(depth)
      sum += agreement * weight
    }
    return .defined(
      (1 - persistence) / persistence * sum + agreement * weight, pValue: nil)
  }

  /// The expected overlap of the first d positions, for d = 1, 2, … in turn.
  ///
  /// At each depth one group of either ranking is open (partly inside); the positions before it are
  /// inside. The overlap is a sum over the four combinations of inside and open.
  private struct Walk {
    let pair: ScorePair
    var (openFirst, openSecond) = (0, 0)
    /// Positions inside both; open in the first and inside the second; the reverse; open in both.
    var (inside, firstOpen, secondOpen, bothOpen) = (0, 0, 0, 0)

    init(_ pair: ScorePair) {
      self.pair = pair
      bothOpen = intersection()
    }

    mutating func overlap(depth: Int) -> Double {
      if depth > pair.first.groups[openFirst].upperBound { advanceFirst() }
      if depth > pair.second.groups[openSecond].upperBound { advanceSecond() }
      let first = pair.first.membership(group: openFirst, depth: depth)
      let second = pair.second.membership(group: openSecond, depth: depth)
      return Double(inside) + first * Double(firstOpen) + second * Double(secondOpen)
        + first * second * Double(bothOpen)
    }

    private mutating func advanceFirst() {
      inside += firstOpen
      secondOpen += bothOpen
      openFirst += 1
      firstOpen = pair.first.groups[openFirst].count { place in
        pair.second.groupOfPosition[pair.first.order[place]] < openSecond
      }
      bothOpen = intersection()
    }

    private mutating func advanceSecond() {
      inside += secondOpen
      firstOpen += bothOpen
      openSecond += 1
      secondOpen = pair.second.groups[openSecond].count { place in
        pair.first.groupOfPosition[pair.second.order[place]] < openFirst
      }
      bothOpen = intersection()
    }

    private func intersection() -> Int {
      let (first, second) = (pair.first, pair.second)
      let (places, others) = (first.groups[openFirst], second.groups[openSecond])
      return places.count <= others.count
        ? places.count { second.groupOfPosition[first.order[$0]] == openSecond }
        : others.count { first.groupOfPosition[second.order[$0]] == openFirst }
    }
  }
}
