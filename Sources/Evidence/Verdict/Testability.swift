import Attribution
import Tensors

/// What can be attained on one input, whatever the tested map: the leave-one-out map and the best set
/// found, tried by the same rule on the same sets.
final class Testability {
  let examination: Examination
  let removal: RemovalFinding
  /// Whether the leave-one-out map was tried by removal.
  private var triedLeaveOneOut = false

  init(examination: Examination, removal: RemovalFinding) {
    self.examination = examination
    self.removal = removal
  }

  /// What can be attained where removal says nothing of the tested map, as where it highlights nothing:
  /// the leave-one-out map of the first operators stands for it. nil where not even that can be removed.
  static func aside(from examination: Examination) throws(AssayError) -> Testability? {
    let operators = examination.operators.prefix(2)
    guard examination.unit.isScaled, !operators.isEmpty else { return nil }
    var scores = [Double](repeating: 0, count: examination.count)
    for how in operators {
      for (unit, effect) in try examination.leaveOneOut(how).enumerated() {
        scores[unit] += effect.distance / Double(operators.count)
      }
    }
    let other = examination.examining(
      examination.question.external(scores, examination.units), scores: scores)
    guard case .found(let removal) = try Removal().run(other) else { return nil }
    examination.spend(other.cost)
    return Testability(examination: other, removal: removal)
  }

  private var ways: [RemovalWay] { removal.deciding.map(\.way) }

  /// Whether the best set found, or else the leave-one-out map, passes removal.
  func isTestable() throws(AssayError) -> Bool {
    if try passes(best()) { return true }
    let top = leaveOneOut.highlight.top
    triedLeaveOneOut = true
    return top.isEmpty ? false : try passes(top)
  }

  /// Whether removing a set is supported by every deciding operator.
  func passes(_ set: [Int]) throws(AssayError) -> Bool {
    for way in ways {
      let effect = try examination.experiment(way).measure(set, mayDecide: false)
      if effect.outcome(examination.thresholds) != .supports { return false }
    }
    return !ways.isEmpty
  }

  /// The set that keeps most by every deciding operator, of the best that each has found and the
  /// tested one.
  private func best() throws(AssayError) -> [Int] {
    let candidates = removal.deciding.map(\.effect.best.set) + [examination.highlight.top]
    var best: (set: [Int], worth: Double) = ([], -.infinity)
    for candidate in candidates where !candidate.isEmpty {
      let worth = try efficiencies(of: candidate).map { $0 ?? -1 }.min() ?? -.infinity
      if worth > best.worth { best = (candidate, worth) }
    }
    return best.set
  }

  /// The efficiency of a set by each deciding operator, on the scale of the tested map.
  private func efficiencies(of set: [Int]) throws(AssayError) -> [Double?] {
    var efficiencies: [Double?] = []
    for trial in removal.deciding {
      let form = CombinedForm(singles: trial.singles)
      let together = try examination.effects(of: [set], by: trial.way)[0].distance
      let value = form(set, together)
      let span = max(trial.effect.best.combined, value) - trial.effect.mean
      efficiencies.append(
        span >= examination.thresholds.epsilon ? (value - trial.effect.mean) / span : nil)
    }
    return efficiencies
  }

  /// The leave-one-out map, averaged over the deciding operators, of the same attention.
  var leaveOneOut: Examination {
    let singles = removal.deciding.map(\.singles)
    let scores = (0..<examination.count).map { unit in
      singles.reduce(0) { $0 + $1[unit] } / Double(max(singles.count, 1))
    }
    return examination.examining(
      examination.question.external(scores, examination.units), scores: scores)
  }

  /// The best set, and what it changes about the tested map.
  func repaired() throws(AssayError) -> RepairedMap? {
    guard !removal.deciding.isEmpty else { return nil }
    let best = try self.best()
    let epsilon = examination.thresholds.epsilon
    let efficiencies = try efficiencies(of: best)
    let top = examination.highlight.top
    let idle = top.filter { unit in
      !best.contains(unit) && removal.deciding.allSatisfy { $0.singles[unit] < epsilon }
    }
    return RepairedMap(
      positions: examination.positions(best).sorted(), idle: examination.positions(idle).sorted(),
      missing: examination.positions(
        Set(best.filter { !top.contains($0) }).union(removal.missing).sorted()
      ).sorted(),
      efficiency: efficiencies.contains { $0 == nil } ? nil : efficiencies.compactMap { $0 }.min())
  }

  /// The rule on the leave-one-out map: all of it, or what the tested map's own sets already tell.
  func oracle(_ depth: OracleDepth) throws(AssayError) -> Oracle {
    let other = leaveOneOut
    let isFull = depth == .full || other.highlight.top == examination.highlight.top
    let key = OracleKey(
      scope: examination.scope, ways: ways, isFull: isFull,
      testsRemoval: isFull || triedLeaveOneOut)
    if let known = examination.shared.oracles[key] { return known }
    let found = try oracle(other, key)
    examination.shared.oracles[key] = found
    return found
  }

  private func oracle(_ other: Examination, _ key: OracleKey) throws(AssayError) -> Oracle {
    let (isFull, testsRemoval) = (key.isFull, key.testsRemoval)
    var checks: [any Check] = [GradientAgreement()]
    if testsRemoval { checks.append(Removal()) }
    if isFull { checks += [Redirect(), Polarity()] }
    var results: [(info: CheckInfo, result: CheckResult)] = []
    for check in checks { results.append((check.info, try check.result(other))) }
    let rule = VerdictRule(
      shape: MapShape(other, sinkMass: nil), thresholds: examination.thresholds, results: results)
    let conditions = rule.conditions
    examination.spend(other.cost)
    return Oracle(
      verdict: isFull ? rule.verdict(conditions) : nil,
      efficiencies: conditions.filter { condition in
        results.contains { $0.info.condition == condition.condition && $0.info.role == .primary }
      }.map { ($0.condition, $0.efficiency) },
      highlighted: examination.positions(other.highlight.top).sorted(),
      passesRemoval: testsRemoval
        ? conditions.first { $0.condition == .causalRelevance }?.outcome == .supported : nil,
      judgement: isFull
        ? Judgement(rule.verdict(conditions), conditions, results, examination.thresholds) : nil)
  }
}

/// What the oracle of one input depends on: the attention that is edited, the operators that decide,
/// and how much of the rule it goes through.
struct OracleKey: Hashable, Sendable {
  let scope: AttentionScope
  let ways: [RemovalWay]
  let isFull: Bool
  let testsRemoval: Bool
}
