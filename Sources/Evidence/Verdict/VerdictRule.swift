import Tensors
import Values

/// How check results become conditions, a verdict and its reason.
///
/// All three conditions supported is trustworthy; a conjunction needs no correction for testing
/// several. An effect below its lower bound contradicts; a mere lack of significance never does.
struct VerdictRule {
  let shape: MapShape
  let thresholds: Thresholds
  let results: [(info: CheckInfo, result: CheckResult)]

  private func result(_ name: String) -> CheckResult? {
    results.first { $0.info.name == name }?.result
  }

  private var argues: Bool { result("polarity")?.outcome == .contradicts }
  private var isFlat: Bool { shape.isFlat(thresholds) }
  private var hidden: Bool { shape.isHidden(thresholds) }

  /// One condition: its primary check decides; a contradiction by a check with a veto takes
  /// support back to inconclusive.
  func condition(_ condition: Condition) -> ConditionResult {
    let members = results.filter { $0.info.condition == condition }
    var outcome = ConditionResult.Outcome.notApplicable
    var reasons: [String] = []
    for (info, result) in members where info.role == .primary {
      reasons.append(result.sentence)
      switch result.outcome {
      case .supports: outcome = .supported
      case .contradicts: outcome = .contradicted
      case .inconclusive: outcome = .inconclusive
      case .notApplicable: outcome = .notApplicable
      }
    }
    for (info, result) in members where info.vetoes {
      if result.outcome == .contradicts, outcome == .supported {
        outcome = .inconclusive
        reasons.append(result.sentence)
      }
    }
    return ConditionResult(
      condition: condition, outcome: outcome, reasons: reasons, checks: members.map(\.info.name))
  }

  func verdict(_ conditions: [ConditionResult]) -> Verdict {
    if hidden { return .inconclusive }
    if isFlat && shape.count > 1 { return .notTrustworthy }
    if conditions.contains(where: { $0.outcome == .contradicted }) { return .notTrustworthy }
    return conditions.allSatisfy { $0.outcome == .supported } ? .trustworthy : .inconclusive
  }

  func reason(_ verdict: Verdict, _ conditions: [ConditionResult]) -> Reason {
    switch verdict {
    case .trustworthy: return .none
    case .notTrustworthy: return contradiction(conditions)
    case .inconclusive: return doubt(conditions)
    }
  }

  private func contradiction(_ conditions: [ConditionResult]) -> Reason {
    if isFlat { return .flat }
    if argues { return .polarity }
    let contradicted = Set(
      conditions.filter { $0.outcome == .contradicted }.map(\.condition))
    let elsewhere = largestSingleEffect >= thresholds.epsilon
    if contradicted.contains(.consistency) || contradicted.contains(.causalRelevance) {
      return elsewhere ? .decoy : .noEffect
    }
    return .noEffect
  }

  private func doubt(_ conditions: [ConditionResult]) -> Reason {
    if hidden { return .sinks }
    if argues { return .polarity }
    if result("removal")?.judge?(thresholds).isConflicting == true { return .operatorConflict }
    if shape.count < 2 || lacksPower { return .lowPower }
    let robustness = conditions.first { $0.condition == .robustness }
    let others = conditions.filter { $0.condition != .robustness }
    if robustness?.outcome == .inconclusive, others.allSatisfy({ $0.outcome == .supported }) {
      return .notUnique
    }
    return .none
  }

  /// Whether a primary statistic reached its bound and only its p-value did not.
  private var lacksPower: Bool {
    results.contains { info, result in
      guard info.role == .primary, result.outcome == .inconclusive, let p = result.pValue,
        let value = result.statistic
      else { return false }
      return value >= thresholds.supported
        && p > max(thresholds.alpha, result.smallestP ?? 0)
    }
  }

  /// The largest change that removing one token makes, over the operators.
  private var largestSingleEffect: Double {
    guard case .list(let operators)? = detail("removal", "operators") else { return 0 }
    return operators.compactMap { entry in
      entry["largest_leave_one_out"]?.numberValue
    }.max() ?? 0
  }

  private func detail(_ check: String, _ name: String) -> Value? {
    result(check)?.details.first { $0.name == name }?.value
  }

  /// Consecutive rungs held: not flat, then the conditions in order.
  func ladder(_ conditions: [ConditionResult]) -> Int {
    if isFlat { return 0 }
    return 1 + conditions.prefix { $0.outcome == .supported }.count
  }

  /// The condition that holds least: the first contradicted, else the first undecided, else the one
  /// whose statistic is closest to its bound.
  func weakestLink(_ conditions: [ConditionResult]) -> Condition {
    for outcome in [
      ConditionResult.Outcome.contradicted, .notApplicable, .inconclusive,
    ] {
      if let found = conditions.first(where: { $0.outcome == outcome }) { return found.condition }
    }
    let margins: [(Condition, Double)] = [
      (.consistency, (result("gradient_agreement")?.statistic ?? 0) / thresholds.supported),
      (.causalRelevance, (result("removal")?.statistic ?? 0) / thresholds.supported),
      (.robustness, (result("redirect")?.statistic ?? 0) / thresholds.epsilon),
    ]
    return margins.min { $0.1 < $1.1 }?.0 ?? .consistency
  }

  /// Independent kinds of evidence that support: gradients, removal, edited attention.
  var agreeingKinds: Int {
    results.count { $0.info.role == .primary && $0.result.outcome == .supports }
  }
}
