import Evidence

extension Calibration {
  /// The share of models with an untrue or partial explanation that get the verdict they should.
  package var refused: Proportion {
    trials.models {
      $0.map == .own && $0.claim.truth.isUntrue
    } holds: {
      $0.allSatisfy(\.agrees)
    }
  }

  /// The share of models of which every verdict has a reason that the truth allows.
  package var rightReasons: Proportion {
    trials.models {
      $0.map == .own && $0.claim.truth != .graded
    } holds: {
      $0.allSatisfy(\.reasonIsRight)
    }
  }

  /// The targets that the models as a whole miss: `recognition`, `trust`, `verdict`, `reason`.
  ///
  /// Halves of what decides jointly have a target of their own and are not among them.
  package var missed: [String] {
    let trusted = [trustedUntrue, trustedMisplacedMaps].map { $0.share ?? 0 }
    return [
      ("recognition", (recognised.share ?? 1) < CalibrationTargets.recognised),
      ("trust", trusted.contains { $0 > CalibrationTargets.trusted }),
      ("verdict", (refused.share ?? 1) < CalibrationTargets.refused),
      ("reason", (rightReasons.share ?? 1) < CalibrationTargets.rightReasons),
    ].filter(\.1).map(\.0)
  }
}
