import Evidence

extension Calibration {
  /// The run as a Markdown page: what was measured, where it misses its target, and why that can
  /// be read off.
  package var markdown: String {
    let lines = [
      "# How often the verdict is right",
      "",
      "Models in which the truth is known by construction, and what the verdict says of them. This",
      "page is written by `assay calibrate --draws \(draws) --seed \(seed)"
        + "\(purpose == .evaluation ? "" : " --purpose \(purpose.rawValue)") --markdown FILE`.",
      "",
      "Every row counts one verdict a model; a draw is a model with one text. Intervals are Wilson's",
      "at 95 %. Thresholds: alpha \(settings.thresholds.alpha), epsilon "
        + "\(settings.thresholds.epsilon), supported \(settings.thresholds.supported), contradicted "
        + "\(settings.thresholds.contradicted), flat \(settings.thresholds.flat).",
      "",
      "| over all families | models | share | interval | target |",
      "|---|---|---|---|---|",
      summary("true explanations recognised", recognised, "at least 97.3 % (292 of 300)"),
      summary("untrue explanations trusted", trustedUntrue, "at most 1 % (3 of 300)"),
      summary("models with a wrong map trusted", trustedWrongMaps, "—"),
      "",
    ]
    let parts = [lines, familyTable, curveTable, wrongTable, checkTable, unfairLines]
    return parts.joined().joined(separator: "\n") + "\n"
  }

  private func summary(_ name: String, _ value: Proportion, _ target: String) -> String {
    "| \(name) | \(value.successes) of \(value.trials) | \(share(value)) | \(interval(value)) "
      + "| \(target) |"
  }

  private var familyTable: [String] {
    [
      "## Each family", "",
      "| family | explanation | truth | trustworthy | inconclusive | not trustworthy | agrees "
        + "| interval | reason right |",
      "|---|---|---|---|---|---|---|---|---|",
    ]
      + rows.filter { $0.map == .own && $0.claim.truth != .graded }.map { row in
        "| \(row.family) | `\(row.claim.method)` | \(row.claim.truth.name) "
          + "| \(row.verdicts[.trustworthy, default: 0]) | \(row.verdicts[.inconclusive, default: 0]) "
          + "| \(row.verdicts[.notTrustworthy, default: 0]) | \(share(row.agreeing)) "
          + "| \(interval(row.agreeing)) | \(share(row.rightReasons)) |"
      } + [""] + (families.map { "- *\($0.name)*: \($0.summary)." }) + [""]
  }

  private var curveTable: [String] {
    guard !curves.isEmpty else { return [] }
    let grades = families.compactMap { info in info.grade.map { "- *\(info.name)*: \($0)." } }
    return [
      "## Graded families: how many are called trustworthy", "",
      "| family | explanation | grade | trusted | interval |", "|---|---|---|---|---|",
    ]
      + curves.map { point in
        "| \(point.family) | `\(point.method)` | \(percentage(point.grades.lowerBound))–"
          + "\(percentage(point.grades.upperBound)) | \(point.trusted.successes) of "
          + "\(point.trusted.trials) | \(interval(point.trusted)) |"
      } + [""] + grades + [""]
  }

  private var wrongTable: [String] {
    let wrong = rows.filter { $0.map != .own }
    guard !wrong.isEmpty else { return [] }
    let kinds = WrongMap.allCases
    let names = families.map(\.name).filter { name in wrong.contains { $0.family == name } }
    return [
      "## Wrong maps on truthful models: how many are trusted", "",
      "A map that happens to rank the evidence first is not wrong and is drawn again.", "",
      "| family | " + kinds.map(\.rawValue).joined(separator: " | ") + " |",
      "|---|" + kinds.map { _ in "---|" }.joined(),
    ]
      + names.map { name in
        "| \(name) | "
          + kinds.map { kind in
            let found = wrong.filter { $0.family == name && $0.map == .wrong(kind) }
            return "\(found.reduce(0) { $0 + $1.trusted.successes }) of "
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
      + rows.filter { $0.map == .own }.map { row in
        "| \(row.family) | `\(row.claim.method)` | "
          + primary.map { row.supports[$0].map(share) ?? "—" }.joined(separator: " | ") + " |"
      } + [""]
  }

  private var unfairLines: [String] {
    let count = unfair.values.reduce(0, +)
    return [
      "Left out because they failed the conditions of fairness: \(count) models"
        + (count == 0
          ? "."
          : " ("
            + unfair.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            .joined(separator: ", ") + ").")
    ]
  }

  private var families: [PlantedInfo] {
    KnownTruth.families.map(\.info).filter { info in trials.contains { $0.family == info.name } }
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
private func percentage(_ share: Double) -> String {
  let tenths = Int((share * 1000).rounded())
  return "\(tenths / 10).\(tenths % 10) %"
}

private func share(_ value: Proportion) -> String { value.share.map(percentage) ?? "—" }

private func interval(_ value: Proportion) -> String {
  "\(percentage(value.interval.lowerBound))–\(percentage(value.interval.upperBound))"
}
