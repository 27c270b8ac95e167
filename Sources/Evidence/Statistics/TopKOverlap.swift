/// The share of the k highest positions that both vectors name: |top_k(a) ∩ top_k(b)|/k.
///
/// Where k cuts a group of ties, the expected overlap when ties are broken at random; a vector
/// overlaps itself fully only when k cuts no tie. By value, not by magnitude.
enum TopKOverlap {
  static func measure(_ pair: ScorePair) -> Association {
    if let constant = pair.constant { return .undefined(constant) }
    var overlap = 0.0
    for position in 0..<pair.count {
      overlap +=
        pair.first.membership(group: pair.first.groupOfPosition[position], depth: pair.k)
        * pair.second.membership(group: pair.second.groupOfPosition[position], depth: pair.k)
    }
    return .defined(overlap / Double(pair.k), pValue: nil)
  }
}
