extension Examination {
  /// What a map leaves out: units outside K that it gives less than a quarter of what it gives the
  /// strongest unit, though removing one alone takes from the prediction's support at least half of what
  /// removing K does, or its strongest member, on average over the operators that decide.
  ///
  /// The leave-one-out map of these operators leaves out nothing: a unit that does half as much has half
  /// the weight.
  func missing(_ deciding: [RemovalFinding.Trial]) -> [Int] {
    let (weights, top) = (highlight.weights, highlight.top)
    func mean(_ value: (RemovalFinding.Trial) -> Double) -> Double {
      deciding.reduce(0) { $0 + value($1) } / Double(max(deciding.count, 1))
    }
    let members = top.map { unit in mean { $0.singles[unit] } }
    let level = enough * max(mean(\.effect.together), members.max() ?? 0)
    let share = little * (weights.max() ?? 0)
    return weights.indices.filter { unit in
      !top.contains(unit) && weights[unit] < share
        && mean { min($0.singles[unit], $0.drops[unit]) } >= level
    }
  }
}

/// The share of what K does that a unit alone must do to be missing from the map.
private let enough = 0.5
/// The share of the largest weight below which a map leaves a unit out.
private let little = 0.25
