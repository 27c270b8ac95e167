/// Where the mass of an explanation e lies in a reference g: (Σ ê·g − ḡ)/(max g − ḡ).
///
/// ê is the positive part of e, normalised to sum 1. A random placement is expected to reach 0, all
/// mass on the top position of g is 1, and mass where g is low is negative. Not symmetric: the first
/// vector is e, the second g. Undefined when e has no positive mass or g is constant.
package enum Lift {
  static func measure(_ pair: ScorePair) -> Association {
    measure(pair.first.scores, in: pair.second.scores)
  }

  /// The lift of explanation `e` in reference `g`.
  package static func of(_ e: [Double], in g: [Double]) -> Association {
    if let problem = problem(e, g, needed: 2) { return .undefined(problem) }
    return measure(e, in: g)
  }

  /// Without ranking either vector, since nulls ask thousands of times.
  private static func measure(_ explanation: [Double], in reference: [Double]) -> Association {
    let largest = explanation.reduce(0, max)
    guard largest > 0 else { return .undefined(.noMass(.first)) }
    let top = reference.reduce(-.infinity, max)
    if reference.allSatisfy({ $0 == top }) { return .undefined(.constant(.second)) }
    var (mass, weighted, total) = (0.0, 0.0, 0.0)
    for position in explanation.indices {
      let share = max(0, explanation[position]) / largest
      // Differences from the top of g, so that the ends of the scale come out exact.
      let shortfall = top - reference[position]
      mass += share
      weighted += share * shortfall
      total += shortfall
    }
    let mean = total / Double(reference.count)
    return .defined(1 - weighted / mass / mean, pValue: nil)
  }
}
