extension Lift {
  /// The variance of the lift of `e` in `g` when the weights of `e` are placed at random:
  /// Σ(ê − 1/n)² · Σ(g − ḡ)²/(n − 1)/(max g − ḡ)² (the variance of a permuted sum of products,
  /// Hoeffding 1951). nil where the lift is undefined.
  package static func placementVariance(_ e: [Double], in g: [Double]) -> Double? {
    guard of(e, in: g).value != nil else { return nil }
    let count = Double(e.count)
    let positive = e.map { max(0, $0) }
    let total = positive.compensatedSum
    let mean = g.compensatedSum / count
    let span = (g.max() ?? 0) - mean
    let spread = positive.map { ($0 / total - 1 / count) * ($0 / total - 1 / count) }
    let around = g.map { ($0 - mean) * ($0 - mean) }
    let variance = spread.compensatedSum * around.compensatedSum / (count - 1) / (span * span)
    // Of a uniform map rounding leaves a trace, which no test may divide by.
    return variance < 1e-15 ? 0 : variance
  }
}
