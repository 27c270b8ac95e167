import Attribution
import Tensors
import Values

extension RemovalFinding {
  package func sentence(_ thresholds: Thresholds) -> String {
    let counted = agreeing(thresholds)
    let effects = counted.map(\.effect.together)
    let moved = "moves the prediction by \(percent(effects.reduce(0, +) / Double(effects.count)))"
    if isBackedUp(thresholds) {
      return "Removing the highlighted tokens changes nothing only because something stands in for "
        + "them: with the attention held where it was, the prediction does need them."
    }
    if isConflicting(thresholds) {
      return
        "Whether the highlighted tokens matter depends on how they are removed, so this cannot "
        + "be decided."
    }
    let attained = strength(thresholds).map {
      " — \(percent($0)) of the way from random tokens to the best ones found"
    }
    switch outcome(thresholds) {
    case .supports: return "Removing the highlighted tokens \(moved)\(attained ?? "")."
    case .contradicts:
      return effects.allSatisfy { $0 < thresholds.epsilon }
        ? "Removing the highlighted tokens hardly changes the prediction, and other tokens would."
        : "Other tokens matter more: removing the highlighted ones \(moved), no more than random "
          + "ones do."
    case .inconclusive, .notApplicable:
      if effects.allSatisfy({ $0 < thresholds.epsilon }) {
        return "No set of as many tokens changes the prediction when it is removed."
      }
      let left =
        missing.isEmpty
        ? luck(thresholds)
        : " The map leaves out \(missing.count == 1 ? "a token" : "\(missing.count) tokens") whose "
          + "removal alone does at least half as much."
      return "Removing the highlighted tokens \(moved)\(attained ?? "").\(left)"
    }
  }

  /// How many random sets do as much, where that is all that is missing to support.
  private func luck(_ thresholds: Thresholds) -> String {
    let short = agreeing(thresholds).first { trial in
      (trial.effect.value(thresholds.epsilon) ?? 0) >= thresholds.supported
        && trial.effect.outcome(thresholds) != .supports
    }
    guard let p = short?.effect.p else { return "" }
    return " \(p.exceedances) of \(p.read) random sets of as many tokens do as much, which is too "
      + "many to rule out luck."
  }

  package func details(_ examination: Examination) -> [(name: String, value: Value)] {
    let thresholds = examination.thresholds
    let counted = Set(agreeing(thresholds).map(\.way))
    return [
      (
        "operators",
        .list(
          trials.map { trial in
            .record(
              [
                ("operator", .text(trial.way.how.rawValue)),
                ("counted", .bool(counted.contains(trial.way))),
                ("breaks_text", .bool(trial.breaksText(thresholds))),
              ] + trial.measures(examination))
          })
      ),
      (
        "held",
        .list(
          held.map { trial in
            .record([("operator", .text(trial.way.how.rawValue))] + trial.measures(examination))
          })
      ),
      ("missing", .list(examination.positions(missing).sorted().map { .integer($0) })),
      ("conflict", .bool(isConflicting(thresholds))),
      ("backed_up", .bool(isBackedUp(thresholds))),
      ("removed", .list(examination.positions(examination.highlight.top).map { .integer($0) })),
      ("unit", .text(unit)),
    ]
  }
}

extension RemovalFinding.Trial {
  fileprivate func measures(_ examination: Examination) -> [(String, Value)] {
    let thresholds = examination.thresholds
    return [
      ("outcome", .text(effect.outcome(thresholds).rawValue)), ("drop", .number(drop)),
      ("leave_one_out", .numbers(singles)),
    ] + effect.details(examination)
  }
}

extension Efficiency {
  /// The measures for display.
  func details(_ examination: Examination) -> [(String, Value)] {
    let lowest = null.min() ?? 0
    return [
      ("tvd", .number(together)), ("statistic", .number(combined)),
      ("efficiency", .number(value(examination.thresholds.epsilon))),
      ("random_mean", .number(mean)), ("random_typical_tvd", .number(typical)),
      ("largest_tvd", .number(largest)), ("best", .number(best.combined)),
      ("best_set", .list(examination.positions(best.set).map { .integer($0) })),
      ("lowest", .number(lowest)), ("random", .numbers(null)),
      ("p_value", .number(p?.value)), ("p_min", .number(bound)),
      ("draws", .integer(p?.read ?? null.count)),
    ]
  }
}
