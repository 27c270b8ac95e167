import Evidence
import Studies
import Tensors
import Values

/// What the verdict says of models whose truth is known by construction.
public struct Calibration: SavedResult {
  /// What saved calibrations call themselves.
  public static let format = "assay.calibration/1"

  /// The counts over a part of the models, by model.
  public struct Totals: Sendable, Equatable {
    /// What the models have in common; `all` for all of them.
    public let name: String
    /// Models with a true explanation that the verdict calls trustworthy.
    public let recognised: Proportion
    /// Models with an untrue explanation that it calls trustworthy.
    public let trustedUntrue: Proportion
    /// Truthful models of which it trusts a wrong map.
    public let trustedWrongMaps: Proportion
    /// The same, maps that highlight some of the evidence by luck left out.
    public let trustedMisplacedMaps: Proportion
    /// Models with jointly deciding words of which it trusts a part.
    public let trustedHalves: Proportion
    /// Models with an untrue explanation that get the verdict they should.
    public let refused: Proportion
    /// Models of which every verdict has a reason that the truth allows.
    public let rightReasons: Proportion

    init(_ argument: Argument) throws(AssayError) {
      var fields = try argument.fields()
      name = try fields.required("name").string()
      recognised = try Proportion(try fields.required("recognised"))
      trustedUntrue = try Proportion(try fields.required("trusted_untrue"))
      trustedWrongMaps = try Proportion(try fields.required("trusted_wrong_maps"))
      trustedMisplacedMaps = try Proportion(try fields.required("trusted_misplaced_maps"))
      trustedHalves = try Proportion(try fields.required("trusted_halves"))
      refused = try Proportion(try fields.required("refused"))
      rightReasons = try Proportion(try fields.required("right_reasons"))
    }
  }

  /// Models drawn per family.
  public let draws: Int
  /// What the models were keyed by.
  public let seed: UInt64
  /// The counts over all models.
  public let totals: Totals
  /// The same for the models of each generator.
  public let generators: [Totals]
  /// The same for each kind of model.
  public let kinds: [Totals]
  /// Everything as plain values: also the confusion matrix, thresholds and wrong maps.
  public let record: Value

  /// The calibration of a record.
  public init(record: Value) throws(AssayError) {
    var fields = try Fields(record)
    self.record = record
    draws = try fields.required("draws").integer(in: 0...Int.max)
    seed = UInt64(clamping: try fields.required("seed").integer(in: 0...Int.max))
    totals = try Totals(try fields.required("totals"))
    generators = try fields.required("generators").list { one throws(AssayError) in
      try Totals(one)
    }
    kinds = try fields.required("kinds").list { one throws(AssayError) in
      var kind = try one.fields()
      return try Totals(try kind.required("totals"))
    }
  }
}

/// Runs the verdict on `draws` planted models of every family and counts how often it is right.
///
/// - Parameters:
///   - draws: models per family; of families whose models are trained, and of those in a further kind
///     of model, there are a third as many.
///   - families: names of planted families; all when nil.
///   - kinds: names of kinds of models, such as `decoder.classes`; all when nil.
///   - wrongMaps: also test wrong maps on the truthful models.
///   - settings: thresholds and draws, as for a verdict.
///   - execution: threads, and the seed of the models.
/// - Throws: `option` for a value out of range and an unknown family or kind.
public func calibrate(
  draws: Int = 200, families: [String]? = nil, kinds: [String]? = nil, wrongMaps: Bool = true,
  settings: Settings = Settings(), execution: Execution = .automatic
) throws(AssayError) -> Calibration {
  guard (1...100_000).contains(draws) else {
    throw AssayError(.option, "draws", expected: "1...100000", found: "\(draws)")
  }
  return try Calibration(
    record: .calibration(
      CalibrationReport(
        try KnownTruth.calibrate(
          draws: draws, seed: execution.seed, purpose: .evaluation, families: families,
          kinds: kinds, wrongMaps: wrongMaps, settings: settings, execution: execution))
    ).plain)
}

/// Calibrates without holding up the caller's thread.
///
/// `progress` is told at most every 50 ms how far the work is.
///
/// - Throws: `cancelled` within 0.2 s of the task's cancellation, and what it throws elsewhere.
public func calibrate(
  draws: Int = 200, families: [String]? = nil, kinds: [String]? = nil, wrongMaps: Bool = true,
  settings: Settings = Settings(), execution: Execution = .automatic,
  progress: ProgressHandler? = nil
) async throws(AssayError) -> Calibration {
  try await execution.aside(progress) { execution throws(AssayError) in
    try calibrate(
      draws: draws, families: families, kinds: kinds, wrongMaps: wrongMaps, settings: settings,
      execution: execution)
  }
}
