import Evidence
import Tensors

extension KnownTruth {
  /// The whole report: evaluation models, a third as many calibration models on which thresholds are
  /// chosen anew, and wrong maps on models that have learned nothing.
  ///
  /// - Parameter nulls: how many maps are made wrong in each way, in each architecture.
  /// - Throws: `cancelled`.
  package static func report(
    draws: Int, seed: UInt64 = 0, nulls: Int = 500, families: [String]? = nil,
    kinds: [String]? = nil, settings: Settings = Settings(), execution: Execution
  ) throws(AssayError) -> CalibrationReport {
    let evaluation = try calibrate(
      draws: draws, seed: seed, purpose: .evaluation, families: families, kinds: kinds,
      settings: settings, considering: ThresholdGrid.all, execution: execution)
    let calibration = try calibrate(
      draws: max(1, draws / 3), seed: seed, purpose: .calibration, families: families,
      kinds: kinds, settings: settings, considering: ThresholdGrid.all, execution: execution)
    var report = CalibrationReport(evaluation)
    report.thresholds = ThresholdStudy(calibration: calibration, evaluation: evaluation)
    for architecture in UntrainedArchitecture.allCases {
      report.nulls.append(
        (
          architecture,
          try StructuredNulls(
            untrained: nulls, architecture, settings: settings, execution: execution)
        ))
    }
    return report
  }
}
