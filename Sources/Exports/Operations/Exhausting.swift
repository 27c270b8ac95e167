import Attribution
import Evidence
import Models
import Studies
import Tensors
import Values

extension Operations {
  /// What is sampled, held to what it is a sample of.
  static let exhausting: Group = [
    "exhaustive_truth": { call throws(AssayError) in
      let model = try call.requiredModel()
      var fields = try call.fields()
      let inputs = try fields.inputs(for: model)
      let methods = try fields.required("methods").list { one throws(AssayError) in
        try one.string()
      }
      let checks = try fields.optional("checks")?.checkSelection() ?? .standard
      let execution = try call.execution(&fields)
      try fields.finish()
      for method in methods { _ = try Methods.named(method) }
      let answers = try inputs.map { input throws(AssayError) in
        let truths = try methods.map { method throws(AssayError) in
          Value.truth(
            method,
            try ExhaustiveTruth(
              model, input, method: method, checks: checks, execution: execution))
        }
        let question = try Question.judged(model, input, target: nil, execution: execution)
        let sampled = try ["shapley_sampling", "kernel_shap"].map { name throws(AssayError) in
          (name, Value.doubles(try question.explain(method: name).scores.map(Double.init)))
        }
        return Value.record(
          [("exact", .doubles(try ExactShapley.of(question))), ("decisions", .list(truths))]
            + sampled)
      }
      return ["texts": .list(answers)]
    }
  ]
}

extension Value {
  fileprivate static func truth(_ method: String, _ truth: ExhaustiveTruth) -> Value {
    [
      "method": .text(method), "sets": .number(truth.sets),
      "tokens": .integer(truth.sampled.units.count),
      "highlighted": .integer(truth.sampled.highlighted.count),
      "agrees": .bool(truth.agrees), "sampled": decision(truth.sampled),
      "exhaustive": decision(truth.exhaustive),
    ]
  }

  private static func decision(_ report: Report) -> Value {
    [
      "verdict": .text(report.verdict.rawValue), "reason": .text(report.reason.rawValue),
      "strength": .number(report.strength),
      "passes": .integer(report.cost.forwards),
      "statistics": .record(
        report.checks.map { ($0.result.name, .number($0.result.statistic)) }),
      "p": .record(report.checks.map { ($0.result.name, .number($0.result.pValue)) }),
    ]
  }
}
