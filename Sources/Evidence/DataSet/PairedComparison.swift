import Tensors

/// Two maps on the same texts: how much more one reaches, and whether that is more than luck.
///
/// Several values may belong to one text (seeds, operators, targets); they stand and fall together,
/// so whole texts are drawn and flipped.
package struct PairedComparison: Sendable, Equatable {
  /// How many texts are compared.
  package let texts: Int
  /// The mean difference over all values.
  package let difference: Double
  /// Its bootstrap interval over texts.
  package let interval: ClosedRange<Double>
  /// One-sided: how often signs flipped text by text reach the difference.
  package let pValue: Double
  /// The smallest true difference, of either sign, that this many texts would have shown in 80 of 100
  /// tries at the 5 % level; nil for a single text.
  package let detectable: Double?

  /// - Parameters:
  ///   - clusters: the differences of each text.
  ///   - execution: the call; what is compared is of no use where the caller stops it.
  ///   - purpose: what is compared: each has random numbers of its own.
  /// - Returns: nil where there is none.
  package init?(clusters: [[Double]], _ execution: Execution, purpose: String) {
    let clusters = clusters.filter { !$0.isEmpty }
    guard let mean = clusters.flatMap({ $0 }).mean,
      let interval = Bootstrap(execution, purpose).mean(clusters: clusters)
    else { return nil }
    texts = clusters.count
    difference = mean
    self.interval = interval
    pValue = SignFlip.pValue(
      clusters.map(\.compensatedSum), execution, "sign_flip.\(purpose)")
    detectable = PairedComparison.standardError(clusters).map { $0 * Power.factor }
  }

  /// The standard error of the mean over all values when those of a text depend on each other:
  /// √(C/(C − 1) · Σ_c (Σ_i d_ci − d̄)²)/N (Liang & Zeger 1986). nil for one text alone. With one
  /// value a text it is the standard deviation over √N.
  static func standardError(_ clusters: [[Double]]) -> Double? {
    let values = clusters.flatMap { $0 }
    guard clusters.count > 1, let mean = values.mean else { return nil }
    let squares = clusters.map { cluster in
      let sum = cluster.map { $0 - mean }.compensatedSum
      return sum * sum
    }.compensatedSum
    let count = Double(clusters.count)
    return (count / (count - 1) * squares).squareRoot() / Double(values.count)
  }

  /// How many standard errors a true difference must measure to be seen (Bloom 1995).
  private enum Power {
    /// z at .975 and at .80: found at the two-sided 5 % level with power 80 %.
    static let factor = 1.959963984540054 + 0.8416212335729143
  }
}
