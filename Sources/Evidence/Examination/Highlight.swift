/// An explanation's weights as a distribution over the explained units, and the set it highlights.
package struct Highlight: Sendable {
  /// ê: the positive part, normalised to sum one; all zeros when no score is positive.
  package let weights: [Double]
  /// K: the smallest set of top units that holds half of ê, and every further one with at least 90 %
  /// of the weight at which half was reached; at most a third of all (and at least one), ties to the
  /// earlier unit. Ascending; empty when no score is positive.
  package let top: [Int]
  /// Whether units with as much weight as the last of K had to be left out of it.
  package let cutsTies: Bool
  /// Whether scores below zero were set aside.
  package let hadNegative: Bool

  /// The share of the last weight that still belongs to it.
  private static let copy = 0.9
  /// Half of the mass, less what a sum of weights loses by rounding.
  private static let half = 0.5 - 1e-9

  /// - Precondition: every score is finite.
  package init(_ scores: [Double]) {
    let positive = scores.map { max(0, $0) }
    // Dividing by the largest first keeps the sum finite for any finite scores.
    let largest = positive.max() ?? 0
    let scaled = largest > 0 ? positive.map { $0 / largest } : positive
    let total = scaled.reduce(0, +)
    let weights = total > 0 ? scaled.map { $0 / total } : scaled
    self.weights = weights
    hadNegative = scores.contains { $0 < 0 }
    guard total > 0 else {
      (top, cutsTies) = ([], false)
      return
    }
    let order = Highlight.order(weights)
    let limit = max(1, weights.count / 3)
    var (size, mass) = (0, 0.0)
    while size < limit, mass < Highlight.half {
      mass += weights[order[size]]
      size += 1
    }
    let level = Highlight.copy * weights[order[size - 1]]
    let alike = order.count { weights[$0] >= level }
    let reachesHalf = mass >= Highlight.half
    if reachesHalf { size = min(limit, max(size, alike)) }
    top = order.prefix(size).sorted()
    cutsTies = alike > size
  }

  /// mass(K) · n/|K|: how many times its even share K holds; 1 is perfectly flat.
  package var concentration: Double {
    guard !top.isEmpty else { return 0 }
    return top.reduce(0) { $0 + weights[$1] } * Double(weights.count) / Double(top.count)
  }

  /// The units' ranks, highest weight first; ties go to the earlier one.
  var order: [Int] { Highlight.order(weights) }

  private static func order(_ weights: [Double]) -> [Int] {
    weights.indices.sorted { (weights[$1], $0) < (weights[$0], $1) }
  }
}
