/// Where the mass of an explanation e lies in a reference g: (Σ ê·g − ḡ)/(max g − ḡ).
///
/// ê is the positive part of e, normalised to sum 1. A random placement is expected to reach 0, all
/// mass on the top position of g is 1, and mass where g is low is negative. Not symmetric: the first
/// vector is e, the second g. Undefined when e has no positive mass or g is constant.
package enum Lift {
  static func measure(_ pair: ScorePair) -> Association {
    let (explanation, reference) = (pair.first.scores, pair.second.scores)
    let largest = explanation.reduce(0, max)
    guard largest > 0 else { return .undefined(.noMass(.first)) }
    if pair.second.isConstant { return .undefined(.constant(.second)) }
    var (mass, weighted, total) = (0.0, 0.0, 0.0)
    // Differences from the top of g, so that the ends of the scale come out exact.
    let top = reference[pair.second.order[0]]
    for position in explanation.indices {
      let share = max(0, explanation[position]) / largest
      let shortfall = top - reference[position]
      mass += share
      weighted += share * shortfall
      total += shortfall
    }
    let mean = total / Double(pair.count)
    return .defined(1 - weighted / mass / mean, pValue: nil)
  }

  /// The lift of explanation `e` in reference `g`.
  package static func of(_ e: [Double], in g: [Double]) -> Association {
    if let problem = problem(e, g, needed: 2) { return .undefined(problem) }
    return measure(ScorePair(Ranking(e), Ranking(g), k: 1))
  }
}
