/// A finding that draws a deletion curve.
package protocol CurvedFinding: Finding {
  var curve: RankingCurve { get }
  /// Whether nothing is known to change before the first size, as where nothing is removed.
  var startsAtZero: Bool { get }
}

extension ComprehensivenessFinding: CurvedFinding {
  package var startsAtZero: Bool { true }
}

extension SufficiencyFinding: CurvedFinding {
  package var startsAtZero: Bool { false }
}

extension DeletionCurve {
  /// The curve that a check drew, or nil of one that draws none.
  /// - Parameter count: how many units were ranked.
  init?(_ finding: (any Finding)?, count: Int) {
    guard let finding = finding as? any CurvedFinding else { return nil }
    let curve = finding.curve
    let columns = curve.sizes.indices.map { size in curve.random.map { $0[size] } }
    self.init(
      fractions: curve.sizes.map { Double($0) / Double(count) },
      measured: [
        curve.curve, columns.map { $0.reduce(0, +) / Double(max($0.count, 1)) },
        columns.map { $0.min() ?? 0 }, columns.map { $0.max() ?? 0 },
      ], startsAtZero: finding.startsAtZero)
  }
}
