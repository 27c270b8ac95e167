import Attribution
import Kernels
import Tensors
import Values

extension Value {
  package static func report(_ report: Report) -> Value {
    [
      "edition": .integer(Report.edition),
      "verdict": .text(report.verdict.rawValue), "reason": .text(report.reason.rawValue),
      "ladder": .integer(report.ladder), "strength": .number(report.strength),
      "weakest_link": .text(report.weakestLink.rawValue),
      "sentences": .list(report.sentences.map { .text($0) }),
      "agreeing_kinds": .integer(report.agreeingKinds),
      "exclusive": .optional(report.isExclusive) { .bool($0) },
      "rivals": .optional(report.rivals) { .list($0.map(Value.rival)) },
      "repaired": .optional(report.repaired, Value.repaired),
      "oracle": .optional(report.oracle, Value.oracle),
      "calibrated": .bool(report.kind.isCalibrated), "kind": .text(report.kind.description),
      "granularity": .text(report.granularity.rawValue),
      "units": .list(report.units.map { .list($0.map { .integer($0) }) }),
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

  private static func rival(_ rival: Rival) -> Value {
    [
      "positions": .list(rival.positions.map { .integer($0) }),
      "restored": .number(rival.restored), "distance": .number(rival.distance),
    ]
  }

  private static func repaired(_ map: RepairedMap) -> Value {
    [
      "positions": .list(map.positions.map { .integer($0) }),
      "idle": .list(map.idle.map { .integer($0) }),
      "missing": .list(map.missing.map { .integer($0) }),
      "efficiency": .number(map.efficiency),
    ]
  }

  private static func oracle(_ oracle: Oracle) -> Value {
    [
      "verdict": .optional(oracle.verdict) { .text($0.rawValue) },
      "efficiencies": .record(
        oracle.efficiencies.map { ($0.condition.rawValue, .number($0.efficiency)) }),
      "highlighted": .list(oracle.highlighted.map { .integer($0) }),
      "passes_removal": .optional(oracle.passesRemoval) { .bool($0) },
    ]
  }

  package static func thresholds(_ thresholds: Thresholds) -> Value {
    [
      "alpha": .number(thresholds.alpha), "epsilon": .number(thresholds.epsilon),
      "supported": .number(thresholds.supported),
      "contradicted": .number(thresholds.contradicted), "flat": .number(thresholds.flat),
      "explained_mass": .number(thresholds.explainedMass), "power": .number(thresholds.power),
    ]
  }

  private static func condition(_ result: ConditionResult) -> Value {
    [
      "outcome": .text(result.outcome.rawValue), "efficiency": .number(result.efficiency),
      "reasons": .list(result.reasons.map { .text($0) }),
      "checks": .list(result.checks.map { .text($0) }),
    ]
  }

  private static func checkResult(_ result: CheckResult, _ info: CheckInfo, seed: UInt64) -> Value {
    [
      "outcome": .text(result.outcome.rawValue), "role": .text(info.role.rawValue),
      "condition": .optional(info.condition) { .text($0.rawValue) },
      "claim": .text(info.claim), "sentence": .text(result.sentence),
      "limits": .text(info.limits), "hypothesis": .text(info.null), "source": .text(info.source),
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

  package static func check(_ info: CheckInfo) -> Value {
    [
      "name": .text(info.name), "role": .text(info.role.rawValue),
      "condition": .optional(info.condition) { .text($0.rawValue) },
      "claim": .text(info.claim), "null": .text(info.null), "limits": .text(info.limits),
      "cost": .text(info.cost), "source": .text(info.source),
      "default": .bool(info.isDefault), "needs": .list(info.needs.names.map { .text($0) }),
      "options": .list(info.options.map(Value.optionSpec)),
    ]
  }
}
