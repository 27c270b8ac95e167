/// What a ranking's removal does to one prediction, read off at fixed shares of its tokens, so that
/// texts of different lengths can be averaged.
package struct DeletionCurve: Sendable, Equatable {
  /// The shares: 0, 5, … 50 %.
  package static let grid = (0...10).map { Double($0 * 5) / 100 }
  /// What is drawn at each share.
  package static let parts = ["observed", "random_mean", "random_low", "random_high"]

  /// One value a part and share, `[part · share]`.
  package let values: [Double]

  /// The curve through the measured points, straight between them.
  ///
  /// - Parameters:
  ///   - fractions: where it was measured, ascending and above 0.
  ///   - measured: what was measured there, one list a part.
  ///   - startsAtZero: whether nothing is known to change at 0, as where nothing is removed; what
  ///     keeping nothing does was not measured, and the first value stands there.
  /// - Returns: nil without a point.
  package init?(fractions: [Double], measured: [[Double]], startsAtZero: Bool) {
    guard !fractions.isEmpty else { return nil }
    values = measured.flatMap { part in
      let (x, y) = ([0] + fractions, [startsAtZero ? 0 : part[0]] + part)
      return DeletionCurve.grid.map { DeletionCurve.interpolated($0, x, y) }
    }
  }

  /// A curve that was stored.
  /// - Precondition: one value a part and share.
  package init(values: [Double]) {
    precondition(values.count == DeletionCurve.parts.count * DeletionCurve.grid.count)
    self.values = values
  }

  /// The mean of several, or nil of none.
  package static func mean(_ curves: [DeletionCurve]) -> DeletionCurve? {
    guard let first = curves.first else { return nil }
    return DeletionCurve(
      values: first.values.indices.map { place in
        curves.reduce(0) { $0 + $1.values[place] } / Double(curves.count)
      })
  }

  /// The values of one part, share by share.
  package subscript(part index: Int) -> [Double] {
    let count = DeletionCurve.grid.count
    return Array(values[index * count..<(index + 1) * count])
  }

  private static func interpolated(_ at: Double, _ x: [Double], _ y: [Double]) -> Double {
    guard let after = x.firstIndex(where: { $0 > at }) else { return y[y.count - 1] }
    let slope = (y[after] - y[after - 1]) / (x[after] - x[after - 1])
    return slope * (at - x[after - 1]) + y[after - 1]
  }
}
