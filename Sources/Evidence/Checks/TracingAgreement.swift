import Attribution
import Models
import Tensors
import Values

/// Does the map of one layer still name the same tokens when attention is traced to the input?
package struct TracingAgreement: Check {
  package let info = CheckInfo(
    name: "tracing_agreement", condition: .consistency, role: .supporting,
    claim: "the positions that a layer attends to still stand for the tokens at the input",
    null: "none: a deterministic agreement",
    limits: "rollout keeps half of every layer in place, and deep flow ties at its bound",
    cost: "2 forward passes, and the removal of two more sets", source: "Abnar & Zuidema 2020",
    vetoes: true, needs: [.patterns, .classifier, .squarePattern, .residualStream])

  /// The methods that trace.
  private static let tracers = ["attention_rollout", "attention_flow"]

  package func estimate(_ examination: Examination) -> Cost {
    guard examination.tracing == .untracedLayer else { return Cost() }
    return Cost(forwards: 2 + examination.operators.reduce(0) { $0 + 3 * examination.draws($1) })
  }

  package func run(_ examination: Examination) throws(AssayError) -> Examined<TracingFinding> {
    guard examination.tracing == .untracedLayer else {
      return .notApplicable("Only attention that was not traced can be traced.")
    }
    let top = examination.highlight.top
    guard !top.isEmpty, examination.count >= 2 else {
      return .undecided("The map highlights nothing to trace.")
    }
    let operators = Array(examination.operators.prefix(2))
    func effect(_ set: [Int]) throws(AssayError) -> Double {
      var distances: [Double] = []
      for how in operators where !set.isEmpty {
        distances.append(try examination.effects(of: [set], by: how)[0].distance)
      }
      return median(distances)
    }
    var traces: [TracingFinding.Trace] = []
    for method in Self.tracers {
      let traced = try examination.explained(by: method)
      // What the residual stream leaves on the position that is read traces nothing.
      let residual = traced.attention?.residual
      let places = examination.question.positions
      let brought = zip(places, traced.scores).map { place, score in
        Double(score) - (residual?[place] ?? 0)
      }
      let scores = examination.units.summed(brought, over: places)
      traces.append(
        TracingFinding.Trace(
          method: method, lift: Lift.of(examination.highlight.weights, in: scores).value,
          effect: try effect(Highlight(scores).top)))
    }
    return .found(TracingFinding(own: try effect(top), traces: traces))
  }
}

/// How a layer's map agrees with attention traced to the input.
package struct TracingFinding: Finding {
  /// The tested map against one that is traced.
  package struct Trace: Sendable {
    package let method: String
    package let lift: Double?
    /// What removing the traced map's own highlighted set does.
    package let effect: Double
  }

  /// What removing the tested map's highlighted set does.
  package let own: Double
  package let traces: [Trace]

  private var lifts: [Double] { traces.compactMap(\.lift) }

  package func outcome(_ thresholds: Thresholds) -> Outcome {
    if lifts.isEmpty { return .inconclusive }
    let matters = traces.allSatisfy { $0.effect >= thresholds.epsilon || own < thresholds.epsilon }
    if lifts.allSatisfy({ $0 < thresholds.contradicted }) || !matters { return .contradicts }
    return lifts.allSatisfy { $0 >= thresholds.supported } ? .supports : .inconclusive
  }

  package func statistic(_ thresholds: Thresholds) -> Double? { effect }
  package var effect: Double? { lifts.isEmpty ? nil : median(lifts) }

  package func sentence(_ thresholds: Thresholds) -> String {
    switch outcome(thresholds) {
    case .supports: "Traced to the input, the attention names the same tokens."
    case .contradicts:
      "Traced to the input, the attention names other tokens: the map shows positions that carry "
        + "something from elsewhere."
    case .inconclusive, .notApplicable:
      "Traced to the input, the attention names the same tokens only in part."
    }
  }

  package func details(_ examination: Examination) -> [(name: String, value: Value)] {
    [
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
  }
}
