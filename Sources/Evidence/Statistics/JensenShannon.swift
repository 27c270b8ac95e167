#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The Jensen–Shannon divergence of the magnitudes, each normalised to sum 1; in nats, 0...ln 2.
///
/// ½ Σ p ln(p/m) + ½ Σ q ln(q/m) with m = (p + q)/2 and 0·ln 0 = 0 (Lin 1991): a distance, so
/// smaller is closer. Undefined when a vector is zero everywhere.
enum JensenShannon {
  static func measure(_ pair: ScorePair) -> Association {
    guard let p = shares(pair.first.scores) else { return .undefined(.noMass(.first)) }
    guard let q = shares(pair.second.scores) else { return .undefined(.noMass(.second)) }
    return .defined(divergence(p, q), pValue: nil)
  }

  /// The divergence of two distributions: `[position]`, each summing to 1.
  package static func divergence(_ p: [Double], _ q: [Double]) -> Double {
    var sum = 0.0
    for (p, q) in zip(p, q) {
      let middle = (p + q) / 2
      if p > 0 { sum += p * log(p / middle) }
      if q > 0 { sum += q * log(q / middle) }
    }
    return min(M_LN2, max(0, sum / 2))
  }

  /// Magnitudes over their sum, or nil when there are none.
  private static func shares(_ scores: [Double]) -> [Double]? {
    let largest = scores.reduce(0) { max($0, abs($1)) }
    guard largest > 0 else { return nil }
    let scaled = scores.map { abs($0) / largest }
    let total = scaled.reduce(0, +)
    return scaled.map { $0 / total }
  }
}
