import Attribution
import Evidence
import Models
import Studies
import Tensors
import Values

extension Operations {
  /// The verdict's error rates on models of known truth.
  static let calibrating: Group = [
    "calibrate": { call throws(AssayError) in
      var fields = try call.fields()
      let draws = try fields.optional("draws")?.integer(in: 1...100_000) ?? 200
      let purpose = try fields.optional("purpose")?.calibrationPurpose() ?? .evaluation
      let families = try fields.optional("families")?.list { one throws(AssayError) in
        try one.string()
      }
      let wrongMaps = try fields.optional("wrong_maps")?.boolean() ?? true
      let isWhole = try fields.optional("report")?.boolean() ?? false
      let nulls = try fields.optional("nulls")?.integer(in: 1...100_000) ?? 500
      let settings = try Settings(try fields.options("options"))
      let execution = try call.execution(&fields)
      try fields.finish()
      if isWhole {
        return .calibration(
          try KnownTruth.report(
            draws: draws, seed: execution.seed, nulls: nulls, families: families,
            settings: settings, execution: execution))
      }
      return .calibration(
        CalibrationReport(
          try KnownTruth.calibrate(
            draws: draws, seed: execution.seed, purpose: purpose, families: families,
            wrongMaps: wrongMaps, settings: settings, execution: execution)))
    },
    "structured_nulls": { call throws(AssayError) in
      let model = try call.requiredModel()
      var fields = try call.fields()
      let inputs = try fields.inputs(for: model)
      let method = try fields.optional("method")?.string() ?? Methods.standard(for: model.card)
      let draws = try fields.optional("draws")?.integer(in: 1...100_000) ?? 500
      let settings = try Settings(try fields.options("options"))
      let execution = try call.execution(&fields)
      try fields.finish()
      return .structuredNulls(
        try StructuredNulls(
          model, inputs, method: method, draws: draws, settings: settings, execution: execution))
    },
  ]
}

extension Argument {
  fileprivate func calibrationPurpose() throws(AssayError) -> Calibration.Purpose {
    guard let purpose = Calibration.Purpose(rawValue: try string()) else {
      throw mismatch("\"calibration\" or \"evaluation\"")
    }
    return purpose
  }
}

extension Value {
  static func calibration(_ report: CalibrationReport) -> Value {
    let calibration = report.calibration
    return [
      "draws": .integer(calibration.draws), "seed": .integer(Int(clamping: calibration.seed)),
      "purpose": .text(calibration.purpose.rawValue),
      "recognised": .proportion(calibration.recognised),
      "trusted_untrue": .proportion(calibration.trustedUntrue),
      "trusted_wrong_maps": .proportion(calibration.trustedWrongMaps),
      "trusted_misplaced_maps": .proportion(calibration.trustedMisplacedMaps),
      "unfair": .record(
        calibration.unfair.sorted { $0.key < $1.key }.map { ($0.key, .integer($0.value)) }),
      "rows": .list(calibration.rows.map(Value.row)),
      "curves": .list(
        calibration.curves.map {
          [
            "family": .text($0.family), "method": .text($0.method),
            "low": .number($0.grades.lowerBound), "high": .number($0.grades.upperBound),
            "trusted": .proportion($0.trusted),
          ]
        }),
      "markdown": .text(report.markdown),
    ]
  }

  private static func row(_ row: CalibrationRow) -> Value {
    let map =
      switch row.map {
      case .own: "own"
      case .wrong(let kind): kind.rawValue
      }
    return [
      "family": .text(row.family), "method": .text(row.claim.method), "map": .text(map),
      "truth": .text(row.claim.truth.name),
      "verdicts": .record(
        Verdict.allCases.map { ($0.rawValue, .integer(row.verdicts[$0] ?? 0)) }),
      "reasons": .record(
        Reason.allCases.compactMap { reason in
          row.reasons[reason].map { (reason.rawValue, .integer($0)) }
        }),
      "agreeing": .proportion(row.agreeing), "right_reasons": .proportion(row.rightReasons),
      "trusted": .proportion(row.trusted),
      "supports": .record(
        row.supports.sorted { $0.key < $1.key }.map { ($0.key, .proportion($0.value)) }),
    ]
  }

  static func proportion(_ proportion: Proportion) -> Value {
    [
      "count": .integer(proportion.successes), "of": .integer(proportion.trials),
      "share": .optional(proportion.share) { .number($0) },
      "low": .number(proportion.interval.lowerBound),
      "high": .number(proportion.interval.upperBound),
    ]
  }
}

extension Value {
  static func structuredNulls(_ nulls: StructuredNulls) -> Value {
    [
      "trusted": .proportion(nulls.trusted),
      "rows": .list(
        nulls.rows.map { row in
          [
            "map": .text(row.kind.rawValue), "trusted": .proportion(row.trusted),
            "supports": .record(
              row.supports.sorted { $0.key < $1.key }.map { ($0.key, .proportion($0.value)) }),
            "attainable": .record(
              row.attainable.sorted { $0.key < $1.key }.map { ($0.key, .number($0.value)) }),
          ]
        }),
    ]
  }
}
