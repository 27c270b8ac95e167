import Models
import Tensors
import Values

extension Value {
  package static func explanation(_ explanation: Explanation) -> Value {
    let info = Methods.all.first { $0.info.name == explanation.method }?.info
    return [
      "method": .text(explanation.method), "target": .target(explanation.target),
      "options": .record(explanation.options.map { ($0.name, $0.value) }),
      "seed": .integer(Int(clamping: explanation.seed)),
      "scores": .tensor(Tensor(explanation.scores, shape: [explanation.scores.count])),
      "positions": .indices(explanation.positions.map { Int32(clamping: $0) }),
      "convergence_delta": .optional(explanation.convergenceDelta) { .number($0) },
      "standard_errors": .optional(explanation.standardErrors) {
        .tensor(Tensor($0, shape: [$0.count]))
      },
      "sink_mass": .optional(explanation.sinkMass) { .number($0) },
      "proof": .list(
        explanation.proof.map {
          [
            "name": .text($0.name), "value": .number($0.value),
            "tolerance": .number($0.tolerance), "passed": .bool($0.passed),
          ]
        }),
      "cost": .cost(explanation.cost),
      "sums_to": .optional(info?.sumsTo) { .text($0) },
      "details": .record(
        explanation.details.map {
          ($0.name, .tensor(Tensor($0.values, shape: [$0.values.count])))
        }),
    ]
  }

  package static func cost(_ cost: Cost) -> Value {
    ["forwards": .integer(cost.forwards), "backwards": .integer(cost.backwards)]
  }

  package static func method(_ info: MethodInfo) -> Value {
    [
      "name": .text(info.name), "summary": .text(info.summary),
      "formula": .text(info.formula), "source": .text(info.source),
      "cost": .text(info.cost), "sums_to": .optional(info.sumsTo) { .text($0) },
      "signed": .bool(info.signed), "needs": .list(info.needs.names.map { .text($0) }),
      "options": .list(info.options.map(Value.optionSpec)),
    ]
  }

  package static func optionSpec(_ spec: OptionSpec) -> Value {
    [
      "name": .text(spec.name), "accepts": .text(spec.kind.description),
      "default": spec.fallback, "summary": .text(spec.summary),
    ]
  }

  /// A label's index, or the pair of a contrast.
  package static func target(_ target: Target) -> Value {
    switch target {
    case .label(let index): .integer(index)
    case .contrast(let a, let b): .list([.integer(a), .integer(b)])
    }
  }
}
