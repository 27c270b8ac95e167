import Attribution

/// What the rule made of one map on one input, as far as maps are compared by it.
package struct Judgement: Sendable, Equatable {
  package let verdict: Verdict
  /// The outcome of each condition, in their order.
  package let outcomes: [ConditionResult.Outcome]
  /// The efficiency in each condition, clipped to [0, 1]; nil where it is undefined or was not needed.
  package let efficiencies: [Double?]
  /// The efficiency of removal by each operator that counts, clipped to [0, 1]: 0 where K does nothing.
  package let removals: [RemovalOperator: Double]

  package init(
    verdict: Verdict, outcomes: [ConditionResult.Outcome], efficiencies: [Double?],
    removals: [RemovalOperator: Double]
  ) {
    self.verdict = verdict
    self.outcomes = outcomes
    self.efficiencies = efficiencies
    self.removals = removals
  }

  init(
    _ verdict: Verdict, _ conditions: [ConditionResult],
    _ results: [(info: CheckInfo, result: CheckResult)], _ thresholds: Thresholds
  ) {
    let removal = Findings(results.compactMap(\.result.finding)).of(RemovalFinding.self)
    var removals: [RemovalOperator: Double] = [:]
    for trial in removal?.qualified(thresholds) ?? [] {
      removals[trial.way.how] = trial.effect.strength(thresholds.epsilon).map {
        min(max($0, 0), 1)
      }
    }
    self.init(
      verdict: verdict, outcomes: conditions.map(\.outcome),
      efficiencies: conditions.map(\.efficiency), removals: removals)
  }

  package init(_ report: Report) {
    self.init(report.verdict, report.conditions, report.checks, report.thresholds)
  }

  package var isTrusted: Bool { verdict == .trustworthy }

  /// The efficiencies of this map less those of another, in one condition: one a condition, and for
  /// removal one an operator that counts for both, so that like is compared with like.
  package func differences(from other: Judgement, in condition: Condition) -> [Double] {
    if condition == .causalRelevance {
      return RemovalOperator.allCases.compactMap { how in
        guard let own = removals[how], let others = other.removals[how] else { return nil }
        return own - others
      }
    }
    guard let place = Condition.allCases.firstIndex(of: condition),
      let own = efficiencies[place], let others = other.efficiencies[place]
    else { return [] }
    return [own - others]
  }
}
