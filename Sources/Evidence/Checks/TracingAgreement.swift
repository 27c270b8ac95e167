import Attribution
import Models
import Tensors

/// Does the map of one layer still name the same tokens when attention is traced to the input?
package struct TracingAgreement: Check {
  package let info = CheckInfo(
    name: "tracing_agreement", condition: .consistency, role: .supporting,
    claim: "the positions that a layer attends to still stand for the tokens at the input",
    null: "none: a deterministic agreement",
    limits: "rollout keeps half of every layer in place, and deep flow ties at its bound",
    cost: "2 forward passes, and the removal of two more sets", source: "Abnar & Zuidema 2020",
    vetoes: true, needs: [.attention, .classifier, .squarePattern, .residualStream])

  package func estimate(_ examination: Examination) -> Cost {
    guard examination.tracing == .untracedLayer else { return Cost() }
    return Cost(forwards: 2 + examination.operators.reduce(0) { $0 + 2 * examination.draws($1) })
  }

  package func run(_ examination: Examination) throws(AssayError) -> CheckResult {
    guard examination.tracing == .untracedLayer else {
      return result(.notApplicable, "Only attention that was not traced can be traced.")
    }
    guard !examination.highlight.top.isEmpty, examination.count >= 2 else {
      return result(.inconclusive, "The map highlights nothing to trace.")
    }
    let own = try effect(of: examination.highlight.top, examination)
    var traces: [Trace] = []
    for method in ["attention_rollout", "attention_flow"] {
      let traced = try examination.question.explain(method: method)
      examination.spend(traced.cost)
      let scores = traced.scores.map(Double.init)
      traces.append(
        Trace(
          method: method, lift: Lift.of(examination.highlight.weights, in: scores).value,
          effect: try effect(of: Highlight(scores).top, examination)))
    }
    let lifts = traces.compactMap(\.lift)
    let judge = { @Sendable [traces] in TracingAgreement.judgement(own: own, traces, $0) }
    let outcome = judge(examination.thresholds).outcome
    var result = result(outcome, sentence(outcome))
    result.judge = judge
    result.statistic = lifts.isEmpty ? nil : median(lifts)
    result.effect = result.statistic
    result.details = [
      ("removal_of_own", .number(own)),
      (
        "traced",
        .list(
          traces.map {
            .record([
              ("method", .text($0.method)), ("lift", .number($0.lift)), ("tvd", .number($0.effect)),
            ])
          })
      ),
    ]
    return result
  }

  private static func judgement(
    own: Double, _ traces: [Trace], _ thresholds: Thresholds
  ) -> Judgement {
    let lifts = traces.compactMap(\.lift)
    if lifts.isEmpty { return Judgement(.inconclusive) }
    let matters = traces.allSatisfy {
      ($0.effect >= thresholds.epsilon) || own < thresholds.epsilon
    }
    if lifts.allSatisfy({ $0 < thresholds.contradicted }) || !matters {
      return Judgement(.contradicts)
    }
    let agrees = lifts.allSatisfy { $0 >= thresholds.supported }
    return Judgement(agrees ? .supports : .inconclusive)
  }

  private struct Trace {
    let method: String
    let lift: Double?
    /// What removing the traced map's own highlighted set does.
    let effect: Double
  }

  /// The middle effect of removing a set, over the operators.
  private func effect(of ranks: [Int], _ examination: Examination) throws(AssayError) -> Double {
    var distances: [Double] = []
    for how in examination.operators where !ranks.isEmpty {
      distances.append(try examination.effect(of: ranks, by: how).distance)
    }
    return median(distances)
  }

  private func sentence(_ outcome: Outcome) -> String {
    switch outcome {
    case .supports: "Traced to the input, the attention names the same tokens."
    case .contradicts:
      "Traced to the input, the attention names other tokens: the map shows positions that carry "
        + "something from elsewhere."
    case .inconclusive, .notApplicable:
      "Traced to the input, the attention names the same tokens only in part."
    }
  }
}
