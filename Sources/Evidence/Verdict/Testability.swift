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

  private var ways: [RemovalWay] { removal.deciding.map(\.way) }

  /// Whether the best set found, or else the leave-one-out map, passes removal.
  func isTestable() throws(AssayError) -> Bool {
    if try passes(best) { return true }
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

  /// The best set found by one of the deciding operators: the one that keeps most with the others.
  private var best: [Int] {
    removal.deciding.max { worth($0.effect.best.set) < worth($1.effect.best.set) }?.effect.best.set
      ?? []
  }

  /// A lower bound of what a set attains by every operator: what its members do alone.
  private func worth(_ set: [Int]) -> Double {
    removal.deciding.map { trial in set.reduce(0) { $0 + trial.singles[$1] } }.min() ?? 0
  }

  /// The leave-one-out map, averaged over the deciding operators, of the same attention.
  var leaveOneOut: Examination {
    let singles = removal.deciding.map(\.singles)
    let scores = (0..<examination.count).map { unit in
      singles.reduce(0) { $0 + $1[unit] } / Double(max(singles.count, 1))
    }
    let question = examination.question
    return examination.examining(
      Explanation(
        method: Explanation.external, target: question.target, options: [],
        seed: question.execution.seed, positions: question.positions,
        scores: spread(scores), convergenceDelta: nil, standardErrors: nil, sinkMass: nil,
        attention: nil, proof: [], cost: Cost(), details: []),
      scores: scores)
  }

  /// A unit's score on each of its positions in equal parts.
  private func spread(_ scores: [Double]) -> [Float] {
    var share: [Int: Double] = [:]
    for (positions, score) in zip(examination.units.positions, scores) {
      for position in positions { share[position] = score / Double(positions.count) }
    }
    return examination.question.positions.map { Float(share[$0] ?? 0) }
  }

  /// The best set, and what it changes about the tested map.
  func repaired() throws(AssayError) -> RepairedMap? {
    guard !removal.deciding.isEmpty else { return nil }
    let best = self.best
    let epsilon = examination.thresholds.epsilon
    var efficiencies: [Double?] = []
    for trial in removal.deciding {
      let form = CombinedForm(singles: trial.singles)
      let together = try examination.effects(of: [best], by: trial.way)[0].distance
      let span = max(trial.effect.best.combined, form(best, together)) - trial.effect.mean
      efficiencies.append(
        span >= epsilon ? (form(best, together) - trial.effect.mean) / span : nil)
    }
    let top = examination.highlight.top
    let idle = top.filter { unit in
      !best.contains(unit) && removal.deciding.allSatisfy { $0.singles[unit] < epsilon }
    }
    return RepairedMap(
      positions: examination.positions(best).sorted(), idle: examination.positions(idle).sorted(),
      missing: examination.positions(best.filter { !top.contains($0) }).sorted(),
      efficiency: efficiencies.contains { $0 == nil } ? nil : efficiencies.compactMap { $0 }.min())
  }

  /// The rule on the leave-one-out map: all of it, or what the tested map's own sets already tell.
  func oracle(_ depth: OracleDepth) throws(AssayError) -> Oracle {
    let other = leaveOneOut
    let top = other.highlight.top
    let isSame = top == examination.highlight.top
    let isFull = depth == .full || isSame
    let testsRemoval = isFull || triedLeaveOneOut
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
      highlighted: examination.positions(top).sorted(),
      passesRemoval: testsRemoval
        ? conditions.first { $0.condition == .causalRelevance }?.outcome == .supported : nil)
  }
}
