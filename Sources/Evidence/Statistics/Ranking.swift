/// A score vector with its order, largest first, and its groups of exactly equal scores.
///
/// Sorting happens once; a permuted ranking is derived in linear time, which is what a null
/// distribution over permutations needs.
package struct Ranking: Sendable {
  /// The scores as given: `[position]`.
  package let scores: [Double]
  /// Positions by descending score; positions of equal score stand in ascending order.
  package let order: [Int]
  /// The groups of equal scores as ranges of `order`, largest score first.
  package let groups: [Range<Int>]
  /// The group each position belongs to, 0 for the largest score.
  package let groupOfPosition: [Int]

  /// Ranks finite scores.
  /// - Complexity: O(n log n).
  package init(_ scores: [Double]) {
    self.scores = scores
    let order = scores.indices.sorted {
      scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1
    }
    var groups: [Range<Int>] = []
    var groupOfPosition = [Int](repeating: 0, count: scores.count)
    var start = 0
    for place in order.indices {
      groupOfPosition[order[place]] = groups.count
      let isLast = place + 1 == order.count || scores[order[place + 1]] != scores[order[place]]
      guard isLast else { continue }
      groups.append(start..<place + 1)
      start = place + 1
    }
    self.order = order
    self.groups = groups
    self.groupOfPosition = groupOfPosition
  }

  private init(scores: [Double], order: [Int], groups: [Range<Int>], groupOfPosition: [Int]) {
    self.scores = scores
    self.order = order
    self.groups = groups
    self.groupOfPosition = groupOfPosition
  }

  /// The ranking whose position i holds what stood at `permutation[i]`: same length, same ties.
  package func permuted(by permutation: [Int]) -> Ranking {
    var destination = [Int](repeating: 0, count: permutation.count)
    for (target, origin) in permutation.enumerated() { destination[origin] = target }
    return Ranking(
      scores: permutation.map { scores[$0] }, order: order.map { destination[$0] }, groups: groups,
      groupOfPosition: permutation.map { groupOfPosition[$0] })
  }

  package var count: Int { scores.count }
  package var isConstant: Bool { groups.count <= 1 }
  package var hasTies: Bool { groups.count < count }

  /// Ranks from 1 (smallest score) to n; equal scores share the mean of their places.
  package var averageRanks: [Double] {
    groupOfPosition.map { group in
      Double(count) - Double(groups[group].lowerBound + groups[group].upperBound - 1) / 2
    }
  }

  /// The probability that a position is among the first `depth` when ties are broken at random.
  package func membership(group: Int, depth: Int) -> Double {
    let places = groups[group]
    return min(1, max(0, Double(depth - places.lowerBound) / Double(places.count)))
  }
}
