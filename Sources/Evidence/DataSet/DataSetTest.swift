/// One test over a data set: does a map agree with a reference more than chance would?
///
/// Z = Σ lift_i/√(Σ Var_i) with the placement variance of each row; p is one-sided and normal
/// (METHODS section 6).
package struct DataSetTest: Sendable, Equatable {
  /// What the rows together come to.
  package struct Result: Sendable, Equatable {
    package let meanLift: Double
    package let z: Double
    package let pValue: Double
    /// The share of rows whose lift is above 0.
    package let aboveChance: Double
  }

  /// Rows that count.
  package let count: Int
  /// Rows whose lift is undefined or cannot vary, as that of a flat map: they count for nothing.
  package let undefined: Int
  /// nil where no row counts.
  package let result: Result?

  package init(lifts: [Double?], variances: [Double?]) {
    let pairs = zip(lifts, variances).compactMap { lift, variance -> (Double, Double)? in
      guard let lift, let variance, variance > 0 else { return nil }
      return (lift, variance)
    }
    count = pairs.count
    undefined = lifts.count - pairs.count
    guard let mean = pairs.map(\.0).mean else {
      result = nil
      return
    }
    let z = pairs.map(\.0).compensatedSum / pairs.map(\.1).compensatedSum.squareRoot()
    result = Result(
      meanLift: mean, z: z, pValue: Distribution.normalUpper(z),
      aboveChance: Double(pairs.count { $0.0 > 0 }) / Double(pairs.count))
  }
}
