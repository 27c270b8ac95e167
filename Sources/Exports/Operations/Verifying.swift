import Attribution
import Evidence
import Kernels
import Models
import Tensors
import Values

extension Operations {
  /// The main job and the registry behind it.
  static let verifying: Group = [
    "verify": { call throws(AssayError) in
      let model = try call.requiredModel()
      var fields = try call.fields()
      let input = try fields.input(for: model)
      let tested = try fields.required("explanation").testedExplanation()
      let target = try fields.target(model)
      let checks = try fields.optional("checks")?.checkSelection() ?? .standard
      let settings = try Settings(try fields.options("options"))
      let execution = try call.execution(&fields)
      try fields.finish()
      return .report(
        try model.verify(
          input, explanation: tested, target: target, checks: checks, settings: settings,
          execution: execution))
    },
    "checks": { call throws(AssayError) in
      try call.fields().finish()
      return [
        "checks": .list(Checks.all.map { .check($0.info) }),
        "options": .list(Settings.specs.map(Value.optionSpec)),
      ]
    },
    "families": { call throws(AssayError) in
      try call.fields().finish()
      return [
        "families": .list(
          Families.all.map {
            [
              "name": .text($0.name), "summary": .text($0.summary),
              "source": .text($0.source),
            ]
          })
      ]
    },
  ]
}

extension Argument {
  fileprivate func testedExplanation() throws(AssayError) -> TestedExplanation {
    var fields = try fields()
    if let scores = fields.optional("scores") {
      let values = try scores.doubles([nil])
      try fields.finish()
      return .scores(values)
    }
    let method = try fields.required("method").string()
    let options = try fields.options("options")
    try fields.finish()
    return .method(method, options: options)
  }

  fileprivate func checkSelection() throws(AssayError) -> Checks.Selection {
    if case .text(let word) = value {
      switch word {
      case "default": return .standard
      case "all": return .everything
      default: throw mismatch("\"default\", \"all\" or a list of names")
      }
    }
    return .named(try list { one throws(AssayError) in try one.string() })
  }
}

extension Value {
  static func report(_ report: Report) -> Value {
    [
      "verdict": .text(report.verdict.rawValue), "reason": .text(report.reason.rawValue),
      "ladder": .integer(report.ladder), "weakest_link": .text(report.weakestLink.rawValue),
      "sentences": .list(report.sentences.map { .text($0) }),
      "agreeing_kinds": .integer(report.agreeingKinds),
      "target": .target(report.explanation.target),
      "probabilities": .list(report.prediction.probabilities[0].map { .number($0) }),
      "logits": .list(report.prediction.logits(0).map { .number(Double($0)) }),
      "explanation": .explanation(report.explanation),
      "baseline": .optional(report.baseline, Value.explanation),
      "highlighted": .list(report.highlighted.map { .integer($0) }),
      "conditions": .record(
        report.conditions.map { ($0.condition.rawValue, .condition($0)) }),
      "checks": .record(
        report.checks.map { ($0.info.name, .checkResult($0.result, $0.info, seed: report.seed)) }),
      "thresholds": .thresholds(report.thresholds),
      "provisional": .bool(report.thresholds.provisional),
      "seed": .integer(Int(clamping: report.seed)), "estimate": .cost(report.estimate),
      "cost": .cost(report.cost),
      "with_special": .optional(report.withSpecial) {
        ["verdict": .text($0.verdict.rawValue), "reason": .text($0.reason.rawValue)]
      },
      "instruction_set": .text(InstructionSet.active.rawValue),
      "version": .text(engineVersion),
    ]
  }

  private static func thresholds(_ thresholds: Thresholds) -> Value {
    [
      "alpha": .number(thresholds.alpha), "epsilon": .number(thresholds.epsilon),
      "supported": .number(thresholds.supported),
      "contradicted": .number(thresholds.contradicted), "flat": .number(thresholds.flat),
      "explained_mass": .number(thresholds.explainedMass),
    ]
  }

  private static func condition(_ result: ConditionResult) -> Value {
    [
      "outcome": .text(result.outcome.rawValue),
      "reasons": .list(result.reasons.map { .text($0) }),
      "checks": .list(result.checks.map { .text($0) }),
    ]
  }

  private static func checkResult(_ result: CheckResult, _ info: CheckInfo, seed: UInt64) -> Value {
    [
      "outcome": .text(result.outcome.rawValue), "role": .text(info.role.rawValue),
      "condition": .optional(info.condition) { .text($0.rawValue) },
      "claim": .text(info.claim), "sentence": .text(result.sentence),
      "limits": .text(info.limits),
      "statistic": .optional(result.statistic) { .number($0) },
      "effect": .optional(result.effect) { .number($0) },
      "p_value": .optional(result.pValue) { .number($0) },
      "p_min": .optional(result.smallestP) { .number($0) },
      "null": .optional(result.null) { null in
        [
          "name": .text(null.name), "draws": .integer(null.values.count),
          "mean": .number(null.mean), "sd": .number(null.deviation),
          "values": .doubles(null.values),
        ]
      },
      "seed": .integer(Int(clamping: seed)), "cost": .cost(result.cost),
      "details": .record(result.details.map { ($0.name, $0.value) }),
    ]
  }

  static func check(_ info: CheckInfo) -> Value {
    [
      "name": .text(info.name), "role": .text(info.role.rawValue),
      "condition": .optional(info.condition) { .text($0.rawValue) },
      "claim": .text(info.claim), "null": .text(info.null), "limits": .text(info.limits),
      "cost": .text(info.cost), "source": .text(info.source),
      "default": .bool(info.isDefault), "needs": .list(info.needs.names.map { .text($0) }),
    ]
  }
}
