import Attribution
import Models
import Tensors
import Values

extension Operations {
  /// Scores for tokens, and the same arithmetic on plain attention arrays.
  static let explaining: Group = [
    "explain": { call throws(AssayError) in
      let model = try call.requiredModel()
      var fields = try call.fields()
      let inputs = try fields.inputs(for: model)
      let method = try fields.optional("method")?.string() ?? Methods.standard(for: model.card)
      let target = try fields.target(model)
      let options = try fields.options("options")
      let execution = try call.execution(&fields)
      try fields.finish()
      var explanations: [Value] = []
      for (index, input) in inputs.enumerated() {
        try execution.report(Double(index) / Double(inputs.count), "explaining")
        let question = try Question(model, input, target: target, execution: execution)
        explanations.append(
          .explanation(try question.explain(method: method, options: options)))
      }
      return ["explanations": .list(explanations)]
    },
    "rollout": { call throws(AssayError) in
      var fields = try call.fields()
      let (rollout, uniform) = try fields.rollout(call.execution)
      try fields.finish()
      var product = try rollout.matrix(call.execution)
      if let uniform { product = ratios(of: product, to: try uniform.matrix(call.execution)) }
      let values = product.map { Float($0) }
      return ["rollout": .tensor(Tensor(values, shape: [rollout.count, rollout.count]))]
    },
    "flow": { call throws(AssayError) in
      var fields = try call.fields()
      let (rollout, uniform) = try fields.rollout(call.execution)
      let count = rollout.count
      let sources =
        try fields.optional("sources")?.list { source throws(AssayError) in
          try source.integer(in: 0...count - 1)
        } ?? Array(0..<count)
      try fields.finish()
      guard Set(sources).count == sources.count else {
        throw AssayError(
          .option, "sources", expected: "each node once", found: "\(sources.prefix(8))")
      }
      var flows = try rollout.flows(from: sources, call.execution)
      if let uniform {
        flows = ratios(of: flows, to: try uniform.flows(from: sources, call.execution))
      }
      return ["flow": .array(NumericArray(flows, shape: [sources.count, count]))]
    },
    "methods": { call throws(AssayError) in
      try call.fields().finish()
      return ["methods": .list(Methods.all.map { .method($0.info) })]
    },
  ]
}

extension Fields {
  /// The maps of `attentions` `[layers, heads, n, n]`, heads fused and mixed with the residual, and
  /// those of uniform attention where `normalization` asks for them.
  fileprivate mutating func rollout(
    _ execution: Execution
  ) throws(AssayError) -> (Rollout, uniform: Rollout?) {
    let stack = try required("attentions").tensor([nil, nil, nil, nil])
    let fusion = try optional("head_fusion")?.string() ?? "mean"
    let residual = try optional("residual")?.number(in: 0...1) ?? 0.5
    let normalization = try optional("normalization")?.string() ?? "none"
    guard ["none", "receptive_field"].contains(normalization) else {
      throw AssayError(
        .option, "normalization", expected: "none or receptive_field",
        found: "\"\(normalization)\"")
    }
    let rollout = try Rollout(ofStack: stack, headFusion: fusion, residual: residual, execution)
    guard normalization == "receptive_field" else { return (rollout, nil) }
    return (
      rollout, try Rollout(uniformOverFieldOf: stack.layers, residual: residual, execution)
    )
  }
}

extension Rollout {
  /// The maximum flows through the mixed maps, `[source][sink]`.
  fileprivate func flows(
    from sources: [Int], _ execution: Execution
  ) throws(AssayError) -> [Double] {
    try AttentionFlow.maximumFlows(
      layers: mixed, count: count, sources: sources, execution: execution)
  }
}

extension Value {
  static func explanation(_ explanation: Explanation) -> Value {
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

  static func cost(_ cost: Cost) -> Value {
    ["forwards": .integer(cost.forwards), "backwards": .integer(cost.backwards)]
  }

  static func method(_ info: MethodInfo) -> Value {
    [
      "name": .text(info.name), "summary": .text(info.summary),
      "formula": .text(info.formula), "source": .text(info.source),
      "cost": .text(info.cost), "sums_to": .optional(info.sumsTo) { .text($0) },
      "signed": .bool(info.signed), "needs": .list(info.needs.names.map { .text($0) }),
      "options": .list(info.options.map(Value.optionSpec)),
    ]
  }

  static func optionSpec(_ spec: OptionSpec) -> Value {
    [
      "name": .text(spec.name), "accepts": .text(spec.kind.description),
      "default": spec.fallback, "summary": .text(spec.summary),
    ]
  }
}
