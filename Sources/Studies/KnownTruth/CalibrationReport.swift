import Evidence

/// Everything that `calibrate` measured, as one page.
package struct CalibrationReport: Sendable {
  package let calibration: Calibration
  /// How the thresholds do on models they were not chosen on; nil unless asked for.
  package var thresholds: ThresholdStudy?
  /// What the verdict makes of wrong maps on models that have learned nothing; nil unless asked for.
  package var nulls: StructuredNulls?

  package init(_ calibration: Calibration) { self.calibration = calibration }

  /// The page: what was measured and where it misses its target.
  package var markdown: String {
    let settings = calibration.settings.thresholds
    let isWhole = thresholds != nil
    let command =
      "assay calibrate --draws \(calibration.draws) --seed \(calibration.seed)"
      + (calibration.purpose == .evaluation ? "" : " --purpose \(calibration.purpose.rawValue)")
      + (isWhole ? " --report FILE" : " --markdown FILE")
    let lines = [
      "# How often the verdict is right",
      "",
      "Models in which the truth is known by construction, and what the verdict says of them. This",
      "page is written by `\(command)`.",
      "",
      "Every row counts one verdict a model; a draw is a model with one text. Intervals are Wilson's",
      "at 95 %. Thresholds: alpha \(settings.alpha), epsilon \(settings.epsilon), supported "
        + "\(settings.supported), contradicted \(settings.contradicted), flat \(settings.flat).",
      "",
    ]
    let parts = [
      lines, summary, familyTable, missedLines, curveTable, wrongTable, checkTable, unfairLines,
      thresholdSections, nullTable,
    ]
    return parts.joined().joined(separator: "\n") + "\n"
  }

  // MARK: Sections

  /// The totals of each generator, beside the targets.
  private var summary: [String] {
    var lines = [
      "Models come from two generators that share nothing but the loader. *Written* models have",
      "weights set by hand. *Taught* models are small transformers trained on a task, with demands",
      "on where their attention lies; there are a third as many of each family.",
      "",
      "| generator | | models | share | interval | target |",
      "|---|---|---|---|---|---|",
    ]
    for generator in PlantedGenerator.allCases {
      let part = calibration.of(generator)
      guard !part.trials.isEmpty else { continue }
      for (name, value, target) in [
        ("true explanations recognised", part.recognised, "at least 97.3 % (292 of 300)"),
        ("untrue explanations trusted", part.trustedUntrue, "at most 1 % (3 of 300)"),
        ("truthful models with a wrong map trusted", part.trustedWrongMaps, "—"),
        ("… that highlights none of the evidence", part.trustedMisplacedMaps, "at most 1 %"),
      ] where value.trials > 0 {
        lines.append(
          "| \(generator.rawValue) | \(name) | \(value.successes) of \(value.trials) "
            + "| \(share(value)) | \(interval(value)) | \(target) |")
      }
    }
    return lines + [""]
  }

  private var familyTable: [String] {
    [
      "## Each family", "",
      "| family | explanation | truth | trustworthy | inconclusive | not trustworthy | agrees "
        + "| interval | reason right | target |",
      "|---|---|---|---|---|---|---|---|---|---|",
    ]
      + calibration.rows.filter { $0.map == .own && $0.claim.truth != .graded }.map { row in
        "| \(row.family) | `\(row.claim.method)` | \(row.claim.truth.name) "
          + "| \(row.verdicts[.trustworthy, default: 0]) | \(row.verdicts[.inconclusive, default: 0]) "
          + "| \(row.verdicts[.notTrustworthy, default: 0]) | \(share(row.agreeing)) "
          + "| \(interval(row.agreeing)) | \(share(row.rightReasons)) | \(row.target) |"
      } + [""] + (families.map { "- *\($0.name)*: \($0.summary)." }) + [""]
  }

  /// Which targets were missed, and what the verdict said instead.
  private var missedLines: [String] {
    let missed = calibration.rows.filter {
      $0.map == .own && $0.claim.truth != .graded && $0.target != "met"
    }
    guard !missed.isEmpty else { return ["Every family meets its targets.", ""] }
    func listed(_ counts: [(String, Int)]) -> String {
      counts.filter { $0.1 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }
    return ["Targets missed, and what the verdict said instead:", ""]
      + missed.map { row in
        "- *\(row.family)*, `\(row.claim.method)`: "
          + listed(Verdict.allCases.map { ($0.rawValue, row.verdicts[$0, default: 0]) })
          + "; because "
          + listed(Reason.allCases.map { ($0.rawValue, row.reasons[$0, default: 0]) }) + "."
      } + [""]
  }

  private var curveTable: [String] {
    guard !calibration.curves.isEmpty else { return [] }
    let grades = families.compactMap { info in info.grade.map { "- *\(info.name)*: \($0)." } }
    return [
      "## Graded families: how many are called trustworthy", "",
      "| family | explanation | grade | trusted | interval |", "|---|---|---|---|---|",
    ]
      + calibration.curves.map { point in
        "| \(point.family) | `\(point.method)` | \(percentage(point.grades.lowerBound))–"
          + "\(percentage(point.grades.upperBound)) | \(point.trusted.successes) of "
          + "\(point.trusted.trials) | \(interval(point.trusted)) |"
      } + [""] + grades + [""]
  }

  private var wrongTable: [String] {
    let wrong = calibration.rows.filter { $0.map != .own }
    guard !wrong.isEmpty else { return [] }
    let kinds = WrongMap.allCases
    let names = families.map(\.name).filter { name in wrong.contains { $0.family == name } }
    return [
      "## Wrong maps on truthful models: how many are trusted", "",
      "Every map is drawn once. In brackets those among the trusted that name a word of the evidence",
      "first, by luck or because the model they come from does: such a map is not altogether wrong.",
      "",
      "| family | " + kinds.map(\.rawValue).joined(separator: " | ") + " |",
      "|---|" + kinds.map { _ in "---|" }.joined(),
    ]
      + names.map { name in
        "| \(name) | "
          + kinds.map { kind in
            let found = wrong.filter { $0.family == name && $0.map == .wrong(kind) }
            let trusted = found.reduce(0) { $0 + $1.trusted.successes }
            let lucky = found.reduce(0) { $0 + $1.trustedOnEvidence }
            return "\(trusted)\(trusted > 0 ? " (\(lucky))" : "") of "
              + "\(found.reduce(0) { $0 + $1.trusted.trials })"
          }.joined(separator: " | ") + " |"
      } + [""]
  }

  private var checkTable: [String] {
    let primary = Checks.all.filter { $0.info.role == .primary }.map(\.info.name)
    return [
      "## How often each deciding check supports", "",
      "| family | explanation | " + primary.map { "`\($0)`" }.joined(separator: " | ") + " |",
      "|---|---|" + primary.map { _ in "---|" }.joined(),
    ]
      + calibration.rows.filter { $0.map == .own }.map { row in
        "| \(row.family) | `\(row.claim.method)` | "
          + primary.map { row.supports[$0].map(share) ?? "—" }.joined(separator: " | ") + " |"
      } + [""]
  }

  private var unfairLines: [String] {
    let lines = calibration.failures.sorted { $0.key < $1.key }.map { family, models in
      let conditions = Dictionary(models.joined().map { ($0, 1) }, uniquingKeysWith: +)
      let generator = KnownTruth.families.first { $0.info.name == family }?.generator ?? .written
      return "| \(family) | \(models.count) of \(generator.models(calibration.draws)) | "
        + conditions.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        .joined(separator: ", ") + " |"
    }
    return [
      "## Left out as unfair", "",
      "A model is fair when the planted label has 70 % to 98 %; when it is within 3 % of even odds",
      "without the evidence, whichever neutral token stands in its place, and with all attention on",
      "any one other token; and when a taught model's attention is within 10 % of what was demanded.",
      "",
    ]
      + (lines.isEmpty
        ? ["Every model was fair."]
        : [
          "| family | models | conditions failed |", "|---|---|---|",
        ] + lines) + [""]
  }

  private var families: [PlantedInfo] {
    KnownTruth.families.map(\.info).filter { info in
      calibration.trials.contains { $0.family == info.name }
    }
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

/// A share in per cent with one decimal.
func percentage(_ share: Double) -> String {
  guard share.isFinite else { return "undefined" }
  // trap: shares are in 0...1, thresholds little more
  let tenths = Int((min(max(share, -1e6), 1e6) * 1000).rounded())
  return "\(tenths / 10).\(tenths % 10) %"
}

func share(_ value: Proportion) -> String { value.share.map(percentage) ?? "—" }

func interval(_ value: Proportion) -> String {
  "\(percentage(value.interval.lowerBound))–\(percentage(value.interval.upperBound))"
}
