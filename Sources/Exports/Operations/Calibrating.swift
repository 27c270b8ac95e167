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
      let kinds = try fields.optional("kinds")?.list { one throws(AssayError) in
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
            kinds: kinds, settings: settings, execution: execution))
      }
      return .calibration(
        CalibrationReport(
          try KnownTruth.calibrate(
            draws: draws, seed: execution.seed, purpose: purpose, families: families,
            kinds: kinds, wrongMaps: wrongMaps, settings: settings, execution: execution)))
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
