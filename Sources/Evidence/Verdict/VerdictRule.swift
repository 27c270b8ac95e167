import Tensors

/// How findings become conditions, a verdict and its reason.
///
/// All three conditions supported is trustworthy; a conjunction needs no correction for testing
/// several. An effect below its lower bound contradicts; a mere lack of significance never does. The
/// rule reads findings and roles, never what is made for display.
struct VerdictRule {
  let shape: MapShape
  let thresholds: Thresholds
  let results: [(info: CheckInfo, result: CheckResult)]
  private let gradient: GradientFinding?
  private let removal: RemovalFinding?
  private let redirect: RedirectFinding?
  private let polarity: PolarityFinding?

  init(
    shape: MapShape, thresholds: Thresholds,
    results: [(info: CheckInfo, result: CheckResult)]
  ) {
    self.shape = shape
    self.thresholds = thresholds
    self.results = results
    let findings = Findings(results.compactMap(\.result.finding))
    gradient = findings.of()
    removal = findings.of()
    redirect = findings.of()
    polarity = findings.of()
  }

  private var isBackedUp: Bool { removal?.isBackedUp(thresholds) ?? false }
  private var argues: Bool { polarity?.argues(thresholds) ?? false }
  private var isFlat: Bool { shape.isFlat(thresholds) }
  private var removalIsSupported: Bool { removal?.outcome(thresholds) == .supports }

  /// The chance that a random map of this shape passes.
  var bound: Double {
    results.filter { $0.info.role == .primary }.compactMap(\.result.smallestP).max() ?? shape.bound
  }

  /// Whether the input is too short to tell agreement from luck.
  private var lacksPower: Bool { shape.count < 2 || bound > thresholds.power }

  var conditions: [ConditionResult] { Condition.allCases.map(condition) }

  private func condition(_ condition: Condition) -> ConditionResult {
    let members = results.filter { $0.info.condition == condition }
    var outcome = ConditionResult.Outcome.notApplicable
    var reasons: [String] = []
    for (info, result) in members where info.role == .primary {
      reasons.append(result.sentence)
      outcome = self.outcome(of: condition, result)
    }
    for (info, result) in members where info.vetoes && outcome == .supported {
      // Taken back, not turned round: what vetoes is a supporting check.
      if self.outcome(result) == .contradicts {
        outcome = .inconclusive
        reasons.append(result.sentence)
      }
    }
    return ConditionResult(
      condition: condition, outcome: outcome, efficiency: efficiency(condition),
      reasons: reasons, checks: members.map(\.info.name))
  }

  /// What a check comes to under these thresholds.
  private func outcome(_ result: CheckResult) -> Outcome {
    result.finding?.outcome(thresholds) ?? result.outcome
  }

  private func outcome(
    of condition: Condition, _ result: CheckResult
  ) -> ConditionResult.Outcome {
    switch outcome(result) {
    case .supports: return .supported
    case .notApplicable: return .notApplicable
    case .inconclusive: return .inconclusive
    case .contradicts:
      switch condition {
      // Gradients alone do not outvote what removal shows.
      case .consistency: return removalIsSupported ? .inconclusive : .contradicted
      case .causalRelevance: return .contradicted
      case .robustness: return isBackedUp ? .inconclusive : .contradicted
      }
    }
  }

  private func efficiency(_ condition: Condition) -> Double? {
    let value: Double? =
      switch condition {
      case .consistency: gradient?.efficiency
      case .causalRelevance: removal?.strength(thresholds)
      case .robustness: redirect?.strength(thresholds)
      }
    return value.map { min(max($0, 0), 1) }
  }

  func verdict(_ conditions: [ConditionResult]) -> Verdict {
    if shape.isUnreadable { return .inconclusive }
    if isFlat || argues { return .notTrustworthy }
    if conditions.contains(where: { $0.outcome == .contradicted }) { return .notTrustworthy }
    let holds = conditions.allSatisfy { $0.outcome == .supported }
    return holds && !lacksPower ? .trustworthy : .inconclusive
  }

  /// - Parameter isTestable: whether the leave-one-out map or the best set found passes removal; asked
  ///   only where nothing before it holds, since it may take passes.
  func reason(
    _ verdict: Verdict, _ conditions: [ConditionResult],
    isTestable: () throws(AssayError) -> Bool
  ) throws(AssayError) -> Reason {
    switch verdict {
    case .trustworthy: return .none
    case .notTrustworthy: return contradiction(conditions)
    case .inconclusive: return try doubt(conditions, isTestable: isTestable)
    }
  }

  private func contradiction(_ conditions: [ConditionResult]) -> Reason {
    if isFlat { return .flat }
    if argues { return .polarity }
    let contradicted = Set(conditions.filter { $0.outcome == .contradicted }.map(\.condition))
    if contradicted.contains(.consistency) { return .decoy }
    if contradicted.contains(.causalRelevance), removal?.isMisplaced(thresholds) ?? false {
      return .decoy
    }
    return .noEffect
  }

  private func doubt(
    _ conditions: [ConditionResult], isTestable: () throws(AssayError) -> Bool
  ) throws(AssayError) -> Reason {
    if shape.isUnreadable { return .unreadable }
    if shape.isHidden(thresholds) { return .sinks }
    if lacksPower { return .lowPower }
    if !shape.isScaled { return .noScale }
    if isBackedUp { return .backedUp }
    func outcome(_ condition: Condition) -> ConditionResult.Outcome? {
      conditions.first { $0.condition == condition }?.outcome
    }
    if let removal {
      if removal.isConflicting(thresholds) { return .operatorConflict }
      if removal.isDiffuse(thresholds) { return .diffuse }
      if !removalIsSupported, try !isTestable() { return .untestable }
    }
    if removalIsSupported, gradient?.isLow(thresholds) ?? false { return .gradientsDisagree }
    if outcome(.consistency) == .supported, outcome(.causalRelevance) == .supported,
      outcome(.robustness) == .inconclusive
    {
      return .notAttention
    }
    return .partlyRight
  }

  /// Consecutive rungs held: not flat, then the conditions in order.
  func ladder(_ conditions: [ConditionResult]) -> Int {
    if isFlat { return 0 }
    return 1 + conditions.prefix { $0.outcome == .supported }.count
  }

  /// The smallest efficiency over the conditions.
  func strength(_ conditions: [ConditionResult]) -> Double? {
    conditions.compactMap(\.efficiency).min()
  }

  /// The condition that holds least: the first contradicted, else the first undecided, else the one
  /// with the smallest efficiency.
  func weakestLink(_ conditions: [ConditionResult]) -> Condition {
    for outcome in [ConditionResult.Outcome.contradicted, .notApplicable, .inconclusive] {
      if let found = conditions.first(where: { $0.outcome == outcome }) { return found.condition }
    }
    return conditions.min { ($0.efficiency ?? 1) < ($1.efficiency ?? 1) }?.condition
      ?? .consistency
  }

  /// Independent kinds of evidence, and how many of them support.
  var kinds: (agreeing: Int, all: Int) {
    let primary = results.filter { $0.info.role == .primary }
    return (primary.count { outcome($0.result) == .supports }, primary.count)
  }
}
