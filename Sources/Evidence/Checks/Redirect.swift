import Attribution
import Models
import Tensors
import Values

/// Could another token receive the attention instead?
package struct Redirect: Check {
  package let info = CheckInfo(
    name: "redirect", condition: .robustness, role: .primary,
    claim: "the prediction depends on the attention being where the map says it is",
    null: "none: every redirection is a deterministic effect",
    limits:
      "where hidden states of an edited layer are given, the edit speaks for those states only",
    cost: "n + at most 100 forward passes from the lowest edited layer",
    source: "after Jain & Wallace 2019; Serrano & Smith 2019", needs: [.inside, .classifier])

  package func estimate(_ examination: Examination) -> Cost {
    let (count, size) = (examination.count, examination.highlight.top.count)
    let swaps = Subsets.count(of: count - size, size: size, limit: examination.settings.swaps)
    return Cost(forwards: 2 + count - size + swaps)
  }

  package func run(_ examination: Examination) throws(AssayError) -> CheckResult {
    let top = examination.highlight.top
    let others = examination.receivers(of: top)
    guard !top.isEmpty, !others.isEmpty else {
      return result(.inconclusive, "There is no other token that could receive the attention.")
    }
    let moves = redirections(top, others, examination)
    let distances = try examination.counterfactuals(moves.map { [$0.edit] })
    func effects(_ kind: Move.Kind) -> [Double] {
      zip(moves, distances).filter { $0.0.kind == kind }.map(\.1)
    }
    let knockOut = effects(.knockOut).first ?? 0
    let (pours, swaps) = (effects(.pour), effects(.swap))
    let epsilon = examination.thresholds.epsilon
    let everyone = pours + swaps
    let typical = min(median(pours), swaps.isEmpty ? .infinity : median(swaps))
    let judge = { @Sendable [least = everyone.min() ?? 0] (thresholds: Thresholds) in
      if typical < thresholds.epsilon { return Judgement(.contradicts) }
      return Judgement(min(knockOut, least) >= thresholds.epsilon ? .supports : .inconclusive)
    }
    let outcome = judge(examination.thresholds).outcome
    var result = result(
      outcome, sentence(outcome, everyone, knockOut: knockOut, epsilon: epsilon))
    result.judge = judge
    result.statistic = everyone.min()
    result.effect = median(everyone)
    result.details = [
      ("knock_out", .number(knockOut)), ("pour_median", .number(median(pours))),
      ("pour_minimum", .number(pours.min())),
      ("swap_median", .number(swaps.isEmpty ? nil : median(swaps))),
      ("swap_minimum", .number(swaps.min())),
      ("layers", .list(examination.scope.layers.map { .integer($0) })),
      ("redirections", .list(zip(moves, distances).map { $0.detail(tvd: $1, examination) })),
    ]
    return result
  }

  /// One way to send the highlighted attention elsewhere.
  private struct Move {
    enum Kind: String { case knockOut = "knock_out", pour, swap }
    let kind: Kind
    /// Ranks of the receiving positions; empty for a knock-out.
    let to: [Int]
    let edit: Intervention

    func detail(tvd: Double, _ examination: Examination) -> Value {
      .record([
        ("kind", .text(kind.rawValue)),
        ("to", .list(examination.positions(to).map { .integer($0) })), ("tvd", .number(tvd)),
      ])
    }
  }

  private func redirections(
    _ top: [Int], _ others: [Int], _ examination: Examination
  ) -> [Move] {
    let keys = examination.positions(top)
    var moves = [
      Move(
        kind: .knockOut, to: [], edit: examination.edit(.knockOut(renormalise: true), keys: keys))
    ]
    for other in others {
      let to = examination.positions([other])[0]
      moves.append(
        Move(kind: .pour, to: [other], edit: examination.edit(.move(to: to), keys: keys)))
    }
    let sets = Subsets(
      of: others, size: top.count, limit: examination.settings.swaps,
      source: examination.random("redirect.swap"))
    for set in sets.chosen {
      var order = Array(0..<examination.question.input.count)
      for (a, b) in zip(keys, examination.positions(set)) { order.swapAt(a, b) }
      moves.append(Move(kind: .swap, to: set, edit: examination.edit(.reorder(order))))
    }
    return moves
  }

  private func sentence(
    _ outcome: Outcome, _ effects: [Double], knockOut: Double, epsilon: Double
  ) -> String {
    let harmless = effects.count { $0 < epsilon }
    switch outcome {
    case .supports:
      return
        "Sending the highlighted attention to any other token changes the prediction (by at least "
        + "\(percent(effects.min() ?? 0)))."
    case .contradicts:
      return
        "Sending the highlighted attention elsewhere usually leaves the prediction as it is: a quite "
        + "different map would have given the same answer."
    case .inconclusive, .notApplicable:
      return harmless > 0
        ? "Most redirections of the attention change the prediction, but \(harmless) of \(effects.count) "
          + "do not: the map is not the only one that gives this answer."
        : "Redirecting the attention changes the prediction, but knocking it out does not "
          + "(\(percent(knockOut)))."
    }
  }
}
