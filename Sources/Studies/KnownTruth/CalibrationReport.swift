import Evidence

/// Everything that `calibrate` measured.
package struct CalibrationReport: Sendable {
  package let calibration: Calibration
  /// How the thresholds do on models they were not chosen on; nil unless asked for.
  package var thresholds: ThresholdStudy?
  /// What the verdict makes of wrong maps on models that have learned nothing, by architecture; empty
  /// unless asked for.
  package var nulls: [(architecture: UntrainedArchitecture, nulls: StructuredNulls)] = []

  package init(_ calibration: Calibration) { self.calibration = calibration }
}

extension Calibration {
  /// Every generator that made a model of these, with its part of the calibration.
  package var generators: [(generator: PlantedGenerator, part: Calibration)] {
    PlantedGenerator.allCases.map { ($0, of($0)) }.filter { !$0.part.trials.isEmpty }
  }

  /// Every kind that models of these have, with its part of the calibration.
  package var kinds: [(kind: PlantedKind, part: Calibration)] {
    PlantedKind.all.map { ($0, of($0)) }.filter { !$0.part.trials.isEmpty }
  }

  /// The families that models of these come from, in the order of the registry.
  package var families: [any PlantedFamily] {
    KnownTruth.families.filter { family in trials.contains { $0.family == family.info.name } }
  }

  /// What the models that were left out as unfair failed, by family.
  package var leftOut: [LeftOut] {
    failures.sorted { $0.key < $1.key }.map { family, models in
      let drawn = KnownTruth.families.first { $0.info.name == family }?.models(draws)
      return LeftOut(
        family: family, models: models.count, of: drawn ?? models.count,
        conditions: Dictionary(models.joined().map { ($0, 1) }, uniquingKeysWith: +))
    }
  }

  /// The models of one family that were not fair.
  package struct LeftOut: Sendable {
    package let family: String
    package let models: Int
    /// How many models were drawn.
    package let of: Int
    /// How many models failed each condition of fairness.
    package let conditions: [String: Int]
  }
}

extension PlantedClaim.Truth {
  /// What the truth is called in tables.
  package var name: String {
    switch self {
    case .trustworthy: "true"
    case .untrue(let reasons):
      "untrue (" + reasons.map(\.rawValue).joined(separator: ", ") + ")"
    case .partial(let reasons):
      "never trustworthy (" + reasons.map(\.rawValue).joined(separator: ", ") + ")"
    case .graded: "graded"
    }
  }
}
