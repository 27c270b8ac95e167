import Evidence

/// The verdicts on one kind of map of one family by one method.
package struct CalibrationRow: Sendable {
  package let family: String
  /// The kind of the family's models.
  package let kind: String
  package let claim: PlantedClaim
  package let map: TestedMap
  package let verdicts: [Verdict: Int]
  package let reasons: [Reason: Int]
  /// Verdicts that agree with the truth.
  package let agreeing: Proportion
  /// Verdicts with a reason that the truth allows.
  package let rightReasons: Proportion
  /// Models called trustworthy.
  package let trusted: Proportion
  /// How many of the trusted maps name a word of the evidence.
  package let trustedOnEvidence: Int
  /// Reports that name every spare copy of the evidence; nil in families without one.
  package let namingSpares: Proportion?
  /// How often each deciding check supports.
  package let supports: [String: Proportion]

  init(_ trials: [PlantedTrial]) {
    let first = trials[0]
    (family, kind, claim, map) = (first.family, first.kind, first.claim, first.map)
    verdicts = Dictionary(trials.map { ($0.verdict, 1) }, uniquingKeysWith: +)
    reasons = Dictionary(trials.map { ($0.reason, 1) }, uniquingKeysWith: +)
    agreeing = Proportion(trials.count(where: \.agrees), of: trials.count)
    rightReasons = Proportion(trials.count(where: \.reasonIsRight), of: trials.count)
    trusted = Proportion(trials.count { $0.verdict == .trustworthy }, of: trials.count)
    trustedOnEvidence = trials.count { $0.verdict == .trustworthy && $0.namesEvidence }
    let spares = map == .own ? trials.compactMap(\.namesSpares) : []
    namingSpares =
      spares.isEmpty ? nil : Proportion(spares.count { $0 }, of: spares.count)
    supports = Dictionary(
      first.outcomes.keys.map { name in
        (name, Proportion(trials.count { $0.outcomes[name] == .supports }, of: trials.count))
      }
    ) { first, _ in first }
  }
}

/// What is asked of the verdict on models of known truth, as shares.
package enum CalibrationTargets {
  /// True explanations recognised, at least.
  package static let recognised = 292.0 / 300
  /// The same where several words decide only together, or each by itself.
  package static let recognisedSets = 0.9
  /// Untrue explanations trusted, at most.
  package static let trusted = 0.01
  /// Maps that name a part of what decides jointly trusted, at most.
  package static let trustedHalves = 0.05
  /// Untrue explanations that get the verdict they should, at least.
  package static let refused = 0.9
  /// Verdicts with a reason that the truth allows, at least.
  package static let rightReasons = 0.9
}

extension CalibrationRow {
  /// Which targets of its truth the row misses: `recognition`, `trust`, `verdict`, `reason`.
  package var missed: [String] {
    var missed: [String] = []
    if claim.truth == .trustworthy {
      let target = isOfSets ? CalibrationTargets.recognisedSets : CalibrationTargets.recognised
      if (agreeing.share ?? 1) < target { missed.append("recognition") }
    } else {
      let most = map == .half ? CalibrationTargets.trustedHalves : CalibrationTargets.trusted
      if (trusted.share ?? 0) > most { missed.append("trust") }
      if (agreeing.share ?? 1) < CalibrationTargets.refused { missed.append("verdict") }
    }
    if (rightReasons.share ?? 1) < CalibrationTargets.rightReasons { missed.append("reason") }
    return missed
  }
}

extension CalibrationRow {
  /// Whether the truth is a set of words rather than one word.
  private var isOfSets: Bool {
    KnownTruth.families.first { $0.info.name == family }?.info.namesSet ?? false
  }
}

/// How often the verdict trusts models of one range of grades.
package struct CalibrationPoint: Sendable {
  package let family: String
  package let method: String
  package let grades: Range<Double>
  package let trusted: Proportion
}

extension Calibration {
  /// Recognition against the planted share of the truth, in tenths.
  package var curves: [CalibrationPoint] {
    rows.filter { $0.claim.truth == .graded }.flatMap { row in
      (0..<10).compactMap { tenth in
        let grades = Double(tenth) / 10..<Double(tenth + 1) / 10
        let found = trials.filter { trial in
          trial.family == row.family && trial.claim.method == row.claim.method
            && trial.grade.map(grades.contains) ?? false
        }
        guard !found.isEmpty else { return nil }
        return CalibrationPoint(
          family: row.family, method: row.claim.method, grades: grades,
          trusted: Proportion(found.count { $0.verdict == .trustworthy }, of: found.count))
      }
    }
  }

  private struct Key: Hashable {
    let family: String
    let method: String
    let map: TestedMap
  }

  /// The share of models with jointly deciding words of which the verdict trusts a part.
  package var trustedHalves: Proportion {
    trials.models {
      $0.map == .half
    } holds: {
      $0.contains { $0.verdict == .trustworthy }
    }
  }

  /// One row for each family, method and kind of map, in the order of the registry.
  package var rows: [CalibrationRow] {
    var order: [Key] = []
    var groups: [Key: [PlantedTrial]] = [:]
    for trial in trials {
      let key = Key(family: trial.family, method: trial.claim.method, map: trial.map)
      if groups[key] == nil { order.append(key) }
      groups[key, default: []].append(trial)
    }
    return order.compactMap { groups[$0].map(CalibrationRow.init) }
  }

  /// The share of models with a true explanation that the verdict recognises, every claim of the
  /// model included.
  package var recognised: Proportion {
    trials.models {
      $0.map == .own && $0.claim.truth == .trustworthy
    } holds: {
      $0.allSatisfy(\.agrees)
    }
  }

  /// The share of models with an untrue or partial explanation of which the verdict trusts one.
  package var trustedUntrue: Proportion {
    trials.models {
      $0.map == .own && $0.claim.truth != .trustworthy && $0.claim.truth != .graded
    } holds: {
      $0.contains { $0.verdict == .trustworthy }
    }
  }

  /// The share of truthful models of which the verdict trusts a wrong map, whatever the map came
  /// to.
  package var trustedWrongMaps: Proportion {
    trials.models {
      $0.map.isWrong
    } holds: {
      $0.contains { $0.verdict == .trustworthy }
    }
  }

  /// The same for wrong maps that highlight none of the evidence by chance.
  package var trustedMisplacedMaps: Proportion {
    trials.models {
      $0.map.isWrong && !$0.namesEvidence
    } holds: {
      $0.contains { $0.verdict == .trustworthy }
    }
  }
}
