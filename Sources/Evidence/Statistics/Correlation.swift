/// Pearson's correlation of the scores: the cosine of the centred vectors.
///
/// The p-value is that of t = r·√((n − 2)/(1 − r²)) with n − 2 degrees of freedom; there is none for
/// n = 2. Undefined for constant vectors.
enum Pearson {
  static func measure(_ pair: ScorePair) -> Association {
    if let constant = pair.constant { return .undefined(constant) }
    let first = centred(pair.first.scores)
    let second = centred(pair.second.scores)
    return .defined(cosine(first, second), pValue: nil)
  }

  static func test(_ pair: ScorePair, _ value: Double) -> PValue? {
    guard pair.count > 2 else { return nil }
    let degrees = Double(pair.count - 2)
    return PValue(
      value: Distribution.correlationTwoSided(value, degrees: degrees), method: .student)
  }

  /// The scores divided by their largest magnitude (so that squares neither overflow nor vanish),
  /// minus their mean.
  private static func centred(_ scores: [Double]) -> [Double] {
    let largest = scores.reduce(0) { max($0, abs($1)) }
    let scaled = scores.map { $0 / largest }
    let mean = scaled.reduce(0, +) / Double(scaled.count)
    return scaled.map { $0 - mean }
  }

  /// Σxy/√(Σx²·Σy²), kept inside −1...1.
  static func cosine(_ x: [Double], _ y: [Double]) -> Double {
    var (xy, xx, yy) = (0.0, 0.0, 0.0)
    for index in x.indices {
      xy += x[index] * y[index]
      xx += x[index] * x[index]
      yy += y[index] * y[index]
    }
    return min(1, max(-1, xy / (xx * yy).squareRoot()))
  }
}

/// Spearman's rank correlation: Pearson's of the average ranks, with the same test.
///
/// Twice the centred ranks are whole numbers, so every sum below 2⁵³ is exact and equal rankings
/// give exactly ±1. Undefined for constant vectors.
enum Spearman {
  static func measure(_ pair: ScorePair) -> Association {
    if let constant = pair.constant { return .undefined(constant) }
    let middle = Double(pair.count + 1)
    func doubled(_ ranking: Ranking) -> [Double] { ranking.averageRanks.map { 2 * $0 - middle } }
    return .defined(Pearson.cosine(doubled(pair.first), doubled(pair.second)), pValue: nil)
  }
}
