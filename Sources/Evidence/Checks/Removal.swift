import Attribution
import Models
import Tensors

/// Does the prediction change when the highlighted tokens are taken away?
package struct Removal: Check {
  package let info = CheckInfo(
    name: "removal", condition: .causalRelevance, role: .primary,
    claim: "the prediction needs the tokens that the map highlights",
    null: "random sets of as many tokens",
    limits:
      "a removed token leaves an unusual text; several operators guard against one's habits. Copies "
      + "that are both attended and saturate behind attention stay unseen",
    cost: "an operator: n + 64 to 199 forward passes and at most 7n for the best set (times draws "
      + "for replace)",
    source: "after DeYoung et al. 2020; Jain & Wallace 2019; Besag & Clifford 1991",
    needs: [.classifier])

  package func estimate(_ examination: Examination) -> Cost {
    let each = examination.highlight.top.isEmpty ? 0 : examination.setPasses
    let ways = examination.operators.reduce(0) { $0 + each * examination.draws($1) }
    return Cost(forwards: ways + examination.holdingOperators.count * (each + 1))
  }

  package func run(
    _ examination: Examination
  ) throws(AssayError) -> Examined<RemovalFinding> {
    let top = examination.highlight.top
    guard !top.isEmpty else {
      return .undecided("The map gives no token a positive weight to remove.")
    }
    guard examination.unit.isScaled else {
      return .undecided("Nobody said how much of the score is much, so no change of it has a size.")
    }
    var tried: [RemovalFinding.Trial] = []
    // A flat map is refused whatever a further operator says.
    let isFlat = MapShape(examination, sinkMass: nil).isFlat(examination.thresholds)
    let operators = examination.operators
    let asked = isFlat && !examination.settings.measuresAll ? operators.prefix(2) : operators[...]
    for how in asked {
      if RemovalFinding.isDecided(tried, examination.thresholds) { break }
      // All operators must support: once one that counts does not, the others' luck is asked no
      // further than the first sets.
      let mayDecide =
        examination.mayBeTrusted
        && tried.allSatisfy {
          $0.breaksText(examination.thresholds)
            || $0.effect.outcome(examination.thresholds) != .inconclusive
        }
      tried.append(
        try trial(RemovalWay(how: how), top, examination, mayDecide: mayDecide))
    }
    guard !tried.isEmpty else {
      return .notApplicable("No removal operator can be used on this input.")
    }
    var finding = RemovalFinding(trials: tried, asked: examination.thresholds)
    let measuresAll = examination.settings.measuresAll
    // Only what does nothing when it goes can be backed up.
    if measuresAll
      || finding.deciding.allSatisfy({ $0.effect.together < finding.asked.epsilon })
    {
      finding.held = try held(top, examination)
    }
    if measuresAll || finding.deciding.allSatisfy({ $0.effect.largest < finding.asked.epsilon }) {
      for trial in finding.deciding {
        let found = try examination.experiment(trial.way).largest(2 * top.count)
        finding.doubled = max(finding.doubled, found)
      }
    }
    finding.unit = examination.unit.name
    finding.missing = examination.missing(finding.deciding)
    return .found(finding)
  }

  /// Removals under held patterns; none where one of them does nothing, so that nothing is backed up.
  private func held(
    _ set: [Int], _ examination: Examination
  ) throws(AssayError) -> [RemovalFinding.Trial] {
    let ways = examination.holdingOperators.map { RemovalWay(how: $0, holdsPatterns: true) }
    for way in ways {
      let effect = try examination.effects(of: [set], by: way)[0].distance
      if !examination.settings.measuresAll, effect < examination.thresholds.epsilon { return [] }
    }
    var trials: [RemovalFinding.Trial] = []
    for way in ways { trials.append(try trial(way, set, examination, mayDecide: true)) }
    return trials
  }

  private func trial(
    _ way: RemovalWay, _ set: [Int], _ examination: Examination, mayDecide: Bool
  ) throws(AssayError) -> RemovalFinding.Trial {
    let effect = try examination.experiment(way).measure(set, mayDecide: mayDecide)
    let singles = try examination.effects(of: (0..<examination.count).map { [$0] }, by: way)
    return RemovalFinding.Trial(
      way: way, effect: effect, drop: try examination.effects(of: [set], by: way)[0].drop,
      singles: singles.map(\.distance), drops: singles.map(\.drop))
  }
}

/// What removing the highlighted units did, by every operator that was tried.
package struct RemovalFinding: Finding {
  /// The removal of K by one operator.
  package struct Trial: Sendable {
    package let way: RemovalWay
    package let effect: Efficiency
    /// How much of the target's support is gone without K.
    package let drop: Double
    /// What removing each unit alone does.
    package let singles: [Double]
    /// How much of the target's support is gone without each unit.
    package let drops: [Double]

    /// Whether the operator breaks the text rather than removing evidence: random sets do more than
    /// half of the most that any set does.
    package func breaksText(_ thresholds: Thresholds) -> Bool {
      effect.largest >= thresholds.epsilon && effect.typical > effect.largest / 2
    }
  }

  /// In the order in which they were tried.
  package let trials: [Trial]
  /// Removals under held patterns; empty where they were not needed.
  package var held: [Trial] = []
  /// The largest effect of sets of twice the size; looked for where no set of the size does anything.
  var doubled = 0.0
  /// Units that the map leaves out though each of them alone does half of what K does.
  package var missing: [Int] = []
  /// The thresholds that the passes were spent for.
  package let asked: Thresholds
  /// In what effects are measured.
  var unit = ""

  /// Those that count: operators that remove evidence, or the first ones where none does.
  package func qualified(_ thresholds: Thresholds) -> [Trial] {
    let sound = trials.filter { !$0.breaksText(thresholds) }
    return sound.isEmpty ? trials : sound
  }

  /// The two operators that decide.
  package var deciding: [Trial] { Array(qualified(asked).prefix(2)) }

  /// Whether no further operator is asked: two count and do not conflict, or three count.
  static func isDecided(_ trials: [Trial], _ thresholds: Thresholds) -> Bool {
    let sound = trials.filter { !$0.breaksText(thresholds) }
    return sound.count >= 3
      || (sound.count == 2 && !areInConflict(sound.map { $0.effect.outcome(thresholds) }))
  }

  private static func areInConflict(_ outcomes: [Outcome]) -> Bool {
    outcomes.contains(.supports) && outcomes.contains(.contradicts)
  }

  /// Whether the operators disagree and a third did not settle it.
  package func isConflicting(_ thresholds: Thresholds) -> Bool {
    vote(thresholds) == .inconclusive
      && Self.areInConflict(qualified(thresholds).map { $0.effect.outcome(thresholds) })
  }

  /// What the operators say, unless a map that they support leaves out what matters as much.
  package func outcome(_ thresholds: Thresholds) -> Outcome {
    let vote = vote(thresholds)
    return vote == .supports && !missing.isEmpty ? .inconclusive : vote
  }

  /// Two operators, or the only one there is, must say the same; a third breaks a tie.
  private func vote(_ thresholds: Thresholds) -> Outcome {
    let outcomes = qualified(thresholds).map { $0.effect.outcome(thresholds) }
    let first = outcomes.prefix(2)
    let decides = Self.areInConflict(Array(first)) ? outcomes.prefix(3) : first
    let needed = min(2, decides.count)
    if isBackedUp(thresholds) { return .inconclusive }
    if decides.count(where: { $0 == .contradicts }) >= needed { return .contradicts }
    return decides.count { $0 == .supports } >= needed ? .supports : .inconclusive
  }

  /// Whether K is contradicted by an operator by which it does something, no more than random sets do.
  package func isMisplaced(_ thresholds: Thresholds) -> Bool {
    qualified(thresholds).prefix(3).contains {
      $0.effect.outcome(thresholds) == .contradicts && $0.effect.together >= thresholds.epsilon
    }
  }

  /// Whether no set of the size of K, nor of twice that size, moves the prediction.
  package func isDiffuse(_ thresholds: Thresholds) -> Bool {
    let counted = qualified(thresholds).prefix(2)
    return counted.allSatisfy { $0.effect.largest < thresholds.epsilon }
      && doubled < thresholds.epsilon
  }

  /// Whether K does nothing when it is removed, and what it should when no pattern may answer.
  package func isBackedUp(_ thresholds: Thresholds) -> Bool {
    !held.isEmpty
      && qualified(thresholds).prefix(2).allSatisfy { $0.effect.together < thresholds.epsilon }
      && held.allSatisfy { $0.effect.outcome(thresholds) == .supports }
  }

  /// The operators that the outcome rests on: the first two that count, or the two of three that
  /// outvote the other.
  func agreeing(_ thresholds: Thresholds) -> [Trial] {
    let counted = qualified(thresholds)
    let first = Array(counted.prefix(2))
    guard Self.areInConflict(first.map { $0.effect.outcome(thresholds) }) else { return first }
    let outcome = vote(thresholds)
    let agreeing = counted.prefix(3).filter { $0.effect.outcome(thresholds) == outcome }
    return agreeing.isEmpty ? first : agreeing
  }

  /// The least efficiency of the deciding operators; 0 where K does nothing.
  package func strength(_ thresholds: Thresholds) -> Double? {
    let values = agreeing(thresholds).map { $0.effect.strength(thresholds.epsilon) }
    return values.contains(where: { $0 == nil }) ? nil : values.compactMap { $0 }.min()
  }

  /// How far K moves the prediction, in the middle of the deciding operators.
  private func typical(_ thresholds: Thresholds) -> Trial? {
    agreeing(thresholds).min { $0.effect.together < $1.effect.together }
  }

  package func statistic(_ thresholds: Thresholds) -> Double? {
    typical(thresholds)?.effect.value(thresholds.epsilon)
  }
  package var effect: Double? { typical(asked)?.effect.together }
  package var pValue: Double? {
    agreeing(asked).compactMap { $0.effect.p?.value }.max()
  }
  package var smallestP: Double? { trials.map(\.effect.bound).max() }
  package var null: NullSummary? {
    typical(asked).map { trial in
      NullSummary(name: "random sets of \(trial.effect.set.count)", values: trial.effect.null)
    }
  }
}
