import Attribution
import Models
import Tensors
import Values

/// Does the prediction change when the highlighted tokens are taken away?
package struct Removal: Check {
  package let info = CheckInfo(
    name: "removal", condition: .causalRelevance, role: .primary,
    claim: "the prediction needs the tokens that the map highlights",
    null: "the map's weights placed at random over the tokens, for the lift on leave-one-out",
    limits: "a removed token leaves an unusual text; several operators guard against one's habits",
    cost: "n + 1 forward passes an operator (times draws for replace)",
    source: "after DeYoung et al. 2020; Jain & Wallace 2019", needs: [.classifier])

  package func estimate(_ examination: Examination) -> Cost {
    // One run a token, one of K and one of the lower half.
    Cost(
      forwards: examination.operators.reduce(0) {
        $0 + (examination.count + 2) * examination.draws($1)
      })
  }

  package func run(_ examination: Examination) throws(AssayError) -> CheckResult {
    let top = examination.highlight.top
    guard !top.isEmpty else {
      return result(.inconclusive, "The map gives no token a positive weight to remove.")
    }
    var tested: [Trial] = []
    for how in examination.operators { tested.append(try trial(how, examination)) }
    guard !tested.isEmpty else {
      return result(.notApplicable, "No removal operator can be used on this input.")
    }
    let judge = { @Sendable [tested] in Removal.judgement(tested, $0) }
    let judgement = judge(examination.thresholds)
    var result = result(
      judgement.outcome, sentence(judgement, tested, examination.thresholds.epsilon))
    result.judge = judge
    let typical = tested.sorted { $0.distance < $1.distance }[tested.count / 2]
    result.statistic = typical.lift
    result.effect = typical.distance
    result.pValue = typical.null?.pValue
    result.smallestP = tested.compactMap { $0.null?.smallestP }.max()
    result.null = typical.null?.summary("weights placed at random")
    result.details = [
      ("operators", .list(tested.map { $0.detail(examination.thresholds) })),
      ("conflict", .bool(judgement.isConflicting)),
      ("removed", .list(examination.positions(top).map { .integer($0) })),
    ]
    return result
  }

  /// Two operators, or the only one there is, must say the same.
  private static func judgement(_ tested: [Trial], _ thresholds: Thresholds) -> Judgement {
    let needed = min(2, tested.count)
    let outcomes = tested.map { $0.outcome(thresholds) }
    let supporting = outcomes.count { $0 == .supports }
    let contradicting = outcomes.count { $0 == .contradicts }
    return Judgement(
      contradicting >= needed ? .contradicts : supporting >= needed ? .supports : .inconclusive,
      isConflicting: supporting > 0 && contradicting > 0)
  }

  /// The removal of K by one operator.
  private struct Trial {
    let how: RemovalOperator
    let distance: Double
    let drop: Double
    let largest: Double
    let lift: Double?
    let shift: Double?
    let null: PlacementNull?
    let singles: [Double]

    func outcome(_ thresholds: Thresholds) -> Outcome {
      if distance < thresholds.epsilon { return .contradicts }
      guard largest >= thresholds.epsilon, let lift, let null else { return .inconclusive }
      if lift < thresholds.contradicted { return .contradicts }
      let isRare = null.pValue <= max(thresholds.alpha, null.smallestP)
      return lift >= thresholds.supported && isRare ? .supports : .inconclusive
    }

    func detail(_ thresholds: Thresholds) -> Value {
      .record([
        ("operator", .text(how.rawValue)), ("outcome", .text(outcome(thresholds).rawValue)),
        ("tvd", .number(distance)), ("drop", .number(drop)),
        ("largest_leave_one_out", .number(largest)), ("lift", .number(lift)),
        ("p_value", .number(null?.pValue)), ("operator_shift", .number(shift)),
        ("leave_one_out", .numbers(singles)),
      ])
    }
  }

  private func trial(
    _ how: RemovalOperator, _ examination: Examination
  ) throws(AssayError) -> Trial {
    let weights = examination.highlight.weights
    let singles = try examination.leaveOneOut(how).distances
    let together = try examination.effect(of: examination.highlight.top, by: how)
    // What the operator does by itself: removing tokens that the map calls irrelevant.
    let lower = examination.lowerHalf
    let shift = lower.isEmpty ? nil : try examination.effect(of: lower, by: how).distance
    let largest = singles.max() ?? 0
    let lift = Lift.of(weights, in: singles).value
    let null = lift.map { _ in
      PlacementNull(
        weights: weights, draws: examination.settings.permutations,
        source: examination.random("removal.\(how.rawValue)"),
        best: Lift.of(aligned(weights, with: singles), in: singles).value ?? 0
      ) { Lift.of($0, in: singles).value ?? 0 }
    }
    return Trial(
      how: how, distance: together.distance, drop: together.drop, largest: largest, lift: lift,
      shift: shift, null: null, singles: singles)
  }

  private func sentence(
    _ judgement: Judgement, _ tested: [Trial], _ epsilon: Double
  ) -> String {
    let effect = percent(median(tested.map(\.distance)))
    let ways = tested.count == 1 ? "one way" : "\(tested.count) ways"
    if judgement.isConflicting {
      return
        "Whether the highlighted tokens matter depends on how they are removed, so this cannot be decided."
    }
    switch judgement.outcome {
    case .supports:
      return
        "Removing the highlighted tokens (tried in \(ways)) moves the prediction by \(effect), and "
        + "they are the tokens whose removal matters most."
    case .contradicts:
      return tested.count { $0.distance < epsilon } * 2 > tested.count
        ? "Removing the highlighted tokens hardly changes the prediction (\(effect))."
        : "Other tokens matter more: removing single tokens changes the prediction, but not at the ones "
          + "the map highlights."
    case .inconclusive, .notApplicable:
      return
        "Removing the highlighted tokens moves the prediction by \(effect), but they are not clearly "
        + "the ones that matter most."
    }
  }
}
