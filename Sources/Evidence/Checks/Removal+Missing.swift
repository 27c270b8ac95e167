extension Examination {
  /// What a map leaves out: units outside K that it gives less than an even share, and whose removal
  /// alone takes from the prediction's support at least half of what removing all of K does, on average
  /// over the operators that decide.
  ///
  /// The leave-one-out map of the same operators leaves out nothing by this: it gives such a unit more
  /// than an even share.
  func missing(_ deciding: [RemovalFinding.Trial]) -> [Int] {
    let weights = highlight.weights
    func mean(_ value: (RemovalFinding.Trial) -> Double) -> Double {
      deciding.reduce(0) { $0 + value($1) } / Double(max(deciding.count, 1))
    }
    let level = max(thresholds.epsilon, enough * mean(\.effect.together))
    return weights.indices.filter { unit in
      !highlight.top.contains(unit) && weights[unit] * Double(weights.count) < 1
        && mean { min($0.singles[unit], $0.drops[unit]) } >= level
    }
  }
}

/// The share of what K does that a unit alone must do to be missing from the map.
private let enough = 0.5
