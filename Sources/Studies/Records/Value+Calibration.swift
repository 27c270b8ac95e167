import Evidence
import Values

extension Value {
  /// Everything that `calibrate` measured.
  package static func calibration(_ report: CalibrationReport) -> Value {
    let calibration = report.calibration
    return [
      "draws": .integer(calibration.draws), "seed": .integer(Int(clamping: calibration.seed)),
      "purpose": .text(calibration.purpose.rawValue),
      "settings": .thresholds(calibration.settings.thresholds),
      "targets": [
        "recognised": .number(CalibrationTargets.recognised),
        "trusted": .number(CalibrationTargets.trusted),
        "refused": .number(CalibrationTargets.refused),
        "right_reasons": .number(CalibrationTargets.rightReasons),
        "recognised_sets": .number(CalibrationTargets.recognisedSets),
        "trusted_halves": .number(CalibrationTargets.trustedHalves),
      ],
      "totals": .totals("all", calibration),
      "generators": .list(
        calibration.generators.map { .totals($0.generator.rawValue, $0.part) }),
      "kinds": .list(
        calibration.kinds.map { kind, part in
          [
            "name": .text(kind.name), "summary": .text(kind.summary),
            "model": .text(kind.model.description), "totals": .totals(kind.name, part),
            "missed": .list(part.missed.map { .text($0) }),
            "is_calibrated": .bool(kind.model.isCalibrated),
          ]
        }),
      "families": .list(
        calibration.families.map {
          [
            "name": .text($0.info.name), "summary": .text($0.info.summary),
            "generator": .text($0.generator.rawValue), "kind": .text($0.kind.name),
            "grade": .optional($0.info.grade) { .text($0) },
          ]
        }),
      "deciding": .list(
        Checks.all.filter { $0.info.role == .primary }.map { .text($0.info.name) }),
      "rows": .list(calibration.rows.map(Value.row)),
      "curves": .list(
        calibration.curves.map {
          [
            "family": .text($0.family), "method": .text($0.method),
            "low": .number($0.grades.lowerBound), "high": .number($0.grades.upperBound),
            "trusted": .proportion($0.trusted),
          ]
        }),
      "left_out": .list(
        calibration.leftOut.map {
          [
            "family": .text($0.family), "models": .integer($0.models), "of": .integer($0.of),
            "conditions": .counts($0.conditions),
          ]
        }),
      "thresholds": .optional(report.thresholds, Value.thresholdStudy),
      "nulls": .list(
        report.nulls.map { architecture, nulls in
          [
            "architecture": .text(architecture.rawValue), "method": .text(architecture.method),
            "nulls": .structuredNulls(nulls),
          ]
        }),
    ]
  }

  /// The counts over all models, or over those of one generator.
  private static func totals(_ name: String, _ calibration: Calibration) -> Value {
    [
      "name": .text(name),
      "recognised": .proportion(calibration.recognised),
      "trusted_untrue": .proportion(calibration.trustedUntrue),
      "trusted_wrong_maps": .proportion(calibration.trustedWrongMaps),
      "trusted_misplaced_maps": .proportion(calibration.trustedMisplacedMaps),
      "trusted_halves": .proportion(calibration.trustedHalves),
      "refused": .proportion(calibration.refused),
      "right_reasons": .proportion(calibration.rightReasons),
    ]
  }

  private static func row(_ row: CalibrationRow) -> Value {
    let map =
      switch row.map {
      case .own: "own"
      case .half: "half"
      case .wrong(let kind): kind.rawValue
      }
    return [
      "family": .text(row.family), "kind": .text(row.kind), "method": .text(row.claim.method),
      "map": .text(map),
      "truth": .text(row.claim.truth.name),
      "verdicts": .record(
        Verdict.allCases.map { ($0.rawValue, .integer(row.verdicts[$0] ?? 0)) }),
      "reasons": .record(
        Reason.allCases.compactMap { reason in
          row.reasons[reason].map { (reason.rawValue, .integer($0)) }
        }),
      "agreeing": .proportion(row.agreeing), "right_reasons": .proportion(row.rightReasons),
      "trusted": .proportion(row.trusted),
      "trusted_on_evidence": .integer(row.trustedOnEvidence),
      "naming_spares": .optional(row.namingSpares, Value.proportion),
      "missed": .list(row.missed.map { .text($0) }),
      "supports": .proportions(row.supports),
    ]
  }

  package static func structuredNulls(_ nulls: StructuredNulls) -> Value {
    [
      "trusted": .proportion(nulls.trusted),
      "rows": .list(
        nulls.rows.map { row in
          [
            "map": .text(row.kind.rawValue), "trusted": .proportion(row.trusted),
            "supports": .proportions(row.supports),
            "attainable": .record(
              row.attainable.sorted { $0.key < $1.key }.map { ($0.key, .number($0.value)) }),
          ]
        }),
    ]
  }

  private static func proportions(_ named: [String: Proportion]) -> Value {
    .record(named.sorted { $0.key < $1.key }.map { ($0.key, .proportion($0.value)) })
  }

  private static func counts(_ named: [String: Int]) -> Value {
    .record(named.sorted { $0.key < $1.key }.map { ($0.key, .integer($0.value)) })
  }
}

// MARK: Thresholds

extension Value {
  private static func thresholdStudy(_ study: ThresholdStudy) -> Value {
    [
      "combinations": .integer(ThresholdGrid.all.count),
      "trust_weight": .number(ThresholdChoice.trust),
      "error": .number(study.choice.error),
      "least_error": .number(study.choice.least.error),
      "deviation": .number(study.choice.least.deviation),
      "chosen": .choice(study.choice),
      "axes": .list(
        ThresholdGrid.axes.indices.map { axis in
          let range = study.choice.range(axis)
          return [
            "name": .text(ThresholdGrid.names[axis]),
            "low": .number(range.lowerBound), "high": .number(range.upperBound),
            "tried": .list(ThresholdGrid.axes[axis].map { .number($0) }),
          ]
        }),
      "families": .list(study.families.map(Value.heldOut)),
      "generators": .list(study.generators.map(Value.heldOut)),
      "kinds": .list(study.kinds.map(Value.heldOut)),
      "changes": .list(
        study.changes.map {
          [
            "name": .text($0.name), "value": .number($0.value), "is_chosen": .bool($0.isChosen),
            "score": .score($0.score),
          ]
        }),
    ]
  }

  private static func choice(_ choice: ThresholdChoice) -> Value {
    [
      "thresholds": .thresholds(choice.thresholds), "plateau": .integer(choice.plateau.count),
      "keeps_written": .bool(choice.keepsWritten),
    ]
  }

  private static func heldOut(_ one: ThresholdStudy.HeldOut) -> Value {
    [
      "name": .text(one.name), "choice": .choice(one.choice), "score": .score(one.score),
      "worst": .score(one.worst),
    ]
  }

  private static func score(_ score: ThresholdScore) -> Value {
    [
      "recognised": .proportion(score.recognised), "trusted": .proportion(score.trusted),
      "refused": .proportion(score.refused),
    ]
  }
}
