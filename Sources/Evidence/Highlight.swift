/// An explanation's weights as a distribution over the explained positions, and the set it
/// highlights.
public struct Highlight: Sendable {
  /// ê: the positive part, normalised to sum one; all zeros when no score is positive.
  public let weights: [Double]
  /// K: ranks of the smallest set of top positions that holds half of ê, at most a third of all
  /// (and at least one); ties go to the earlier position. Empty when no score is positive.
  public let top: [Int]
  /// Whether scores below zero were set aside.
  public let hadNegative: Bool

  /// - Precondition: every score is finite.
  public init(_ scores: [Double]) {
    let positive = scores.map { max(0, $0) }
    // Dividing by the largest first keeps the sum finite for any finite scores.
    let largest = positive.max() ?? 0
    let scaled = largest > 0 ? positive.map { $0 / largest } : positive
    let total = scaled.reduce(0, +)
    weights = total > 0 ? scaled.map { $0 / total } : scaled
    hadNegative = scores.contains { $0 < 0 }
    top = total > 0 ? Highlight.half(weights) : []
  }

  private static func half(_ weights: [Double]) -> [Int] {
    let order = weights.indices.sorted { (weights[$1], $0) < (weights[$0], $1) }
    let limit = max(1, weights.count / 3)
    var (set, mass) = ([Int](), 0.0)
    for index in order.prefix(limit) {
      set.append(index)
      mass += weights[index]
      if mass >= 0.5 { break }
    }
    return set.sorted()
  }

  /// Total variation distance from the uniform distribution: 0 is perfectly flat.
  public var distanceFromUniform: Double {
    let share = 1 / Double(weights.count)
    return weights.reduce(0) { $0 + abs($1 - share) } / 2
  }

  /// The positions' ranks, highest weight first; ties go to the earlier position.
  var order: [Int] { weights.indices.sorted { (weights[$1], $0) < (weights[$0], $1) } }
}
