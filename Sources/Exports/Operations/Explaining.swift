import Attribution
import Evidence
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
      let traced = try fields.tracedAttention(call.execution)
      try fields.finish()
      return ["rollout": .tensor(try traced.rollout(call.execution))]
    },
    "flow": { call throws(AssayError) in
      var fields = try call.fields()
      let traced = try fields.tracedAttention(call.execution)
      let count = traced.count
      let sources = try fields.optional("sources")?.list { source throws(AssayError) in
        try source.integer(in: 0...count - 1)
      }
      try fields.finish()
      let flows = try traced.flow(from: sources, call.execution)
      return ["flow": .array(NumericArray(flows, shape: [flows.count / count, count]))]
    },
    "methods": { call throws(AssayError) in
      try call.fields().finish()
      return [
        "methods": .list(Methods.all.map { .method($0.info) }),
        "references": .list(RowQuestions.references.map { .text($0) }),
      ]
    },
  ]
}

extension Fields {
  /// The maps of `attentions` `[layers, heads, n, n]`, heads fused and mixed with the residual.
  fileprivate mutating func tracedAttention(
    _ execution: Execution
  ) throws(AssayError) -> TracedAttention {
    let stack = try required("attentions").tensor([nil, nil, nil, nil])
    return try TracedAttention(
      stack, headFusion: try optional("head_fusion")?.string() ?? "mean",
      residual: try optional("residual")?.number(in: 0...1) ?? 0.5,
      normalization: try optional("normalization")?.choice() ?? .none, execution)
  }
}
