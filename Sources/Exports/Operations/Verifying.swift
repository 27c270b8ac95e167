import Attribution
import Evidence
import Kernels
import Models
import Tensors

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
        "options": .list(Settings.specs.map(Record.optionSpec)),
      ]
    },
    "families": { call throws(AssayError) in
      try call.fields().finish()
      return [
        "families": .list(
          Families.all.map {
            [
              "name": .string($0.name), "summary": .string($0.summary),
              "source": .string($0.source),
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
    if case .string(let word) = record {
      switch word {
      case "default": return .standard
      case "all": return .everything
      default: throw mismatch("\"default\", \"all\" or a list of names")
      }
    }
    return .named(try list { one throws(AssayError) in try one.string() })
  }
}

extension Record {
  static func report(_ report: Report) -> Record {
    [
      "verdict": .string(report.verdict.rawValue), "reason": .string(report.reason.rawValue),
      "ladder": .integer(report.ladder), "weakest_link": .string(report.weakestLink.rawValue),
      "sentences": .list(report.sentences.map { .string($0) }),
      "agreeing_kinds": .integer(report.agreeingKinds),
      "target": .target(report.explanation.target),
      "probabilities": .list(report.prediction.probabilities[0].map { .number($0) }),
      "logits": .list(report.prediction.logits(0).map { .number(Double($0)) }),
      "explanation": .explanation(report.explanation),
      "baseline": .optional(report.baseline, Record.explanation),
      "highlighted": .list(report.highlighted.map { .integer($0) }),
      "conditions": .object(
        report.conditions.map { ($0.condition.rawValue, .condition($0)) }),
      "checks": .object(
        report.checks.map { ($0.info.name, .checkResult($0.result, $0.info, seed: report.seed)) }),
      "thresholds": .thresholds(report.thresholds),
      "provisional": .bool(report.thresholds.provisional),
      "seed": .integer(Int(clamping: report.seed)), "estimate": .cost(report.estimate),
      "cost": .cost(report.cost),
      "with_special": .optional(report.withSpecial) {
        ["verdict": .string($0.verdict.rawValue), "reason": .string($0.reason.rawValue)]
      },
      "instruction_set": .string(InstructionSet.active.rawValue),
      "version": .string(engineVersion),
    ]
  }

  private static func thresholds(_ thresholds: Thresholds) -> Record {
    [
      "alpha": .number(thresholds.alpha), "epsilon": .number(thresholds.epsilon),
      "supported": .number(thresholds.supported),
      "contradicted": .number(thresholds.contradicted), "flat": .number(thresholds.flat),
      "explained_mass": .number(thresholds.explainedMass),
    ]
  }

  private static func condition(_ result: ConditionResult) -> Record {
    [
      "outcome": .string(result.outcome.rawValue),
      "reasons": .list(result.reasons.map { .string($0) }),
      "checks": .list(result.checks.map { .string($0) }),
    ]
  }

  private static func checkResult(_ result: CheckResult, _ info: CheckInfo, seed: UInt64) -> Record
  {
    [
      "outcome": .string(result.outcome.rawValue), "role": .string(info.role.rawValue),
      "condition": .optional(info.condition) { .string($0.rawValue) },
      "claim": .string(info.claim), "sentence": .string(result.sentence),
      "limits": .string(info.limits),
      "statistic": .optional(result.statistic) { .number($0) },
      "effect": .optional(result.effect) { .number($0) },
      "p_value": .optional(result.pValue) { .number($0) },
      "p_min": .optional(result.smallestP) { .number($0) },
      "null": .optional(result.null) { null in
        [
          "name": .string(null.name), "draws": .integer(null.values.count),
          "mean": .number(null.mean), "sd": .number(null.deviation),
          "values": .doubles(null.values),
        ]
      },
      "seed": .integer(Int(clamping: seed)), "cost": .cost(result.cost),
      "details": .object(result.details.map { ($0.name, .detail($0.value)) }),
    ]
  }

  private static func detail(_ detail: Detail) -> Record {
    switch detail {
    case .number(let value): .optional(value) { .number($0) }
    case .integer(let value): .integer(value)
    case .text(let value): .string(value)
    case .flag(let value): .bool(value)
    case .numbers(let values): .list(values.map { .number($0) })
    case .list(let values): .list(values.map(Record.detail))
    case .record(let members): .object(members.map { ($0.0, .detail($0.1)) })
    }
  }

  static func check(_ info: CheckInfo) -> Record {
    [
      "name": .string(info.name), "role": .string(info.role.rawValue),
      "condition": .optional(info.condition) { .string($0.rawValue) },
      "claim": .string(info.claim), "null": .string(info.null), "limits": .string(info.limits),
      "cost": .string(info.cost), "source": .string(info.source),
      "default": .bool(info.isDefault), "needs": .list(info.needs.names.map { .string($0) }),
    ]
  }
}
