import Evidence

extension CalibrationReport {
  /// How the thresholds were chosen, and what they come to on models they were not chosen on.
  var thresholdSections: [String] {
    guard let study = thresholds else { return [] }
    let choice = study.choice
    return [
      "## Thresholds, and models they were not chosen on", "",
      "Chosen on a third as many further models of every family, none of which is counted above,",
      "among \(ThresholdGrid.all.count) combinations. Trusting what is untrue counts "
        + "\(Int(ThresholdChoice.trust)) times a miss. The fewest errors are",
      "\(errors(choice.least.error)) a model, ± \(errors(choice.least.deviation)); "
        + "\(choice.plateau.count) combinations are within one standard error of that: the",
      "*plateau*, which these models cannot tell apart. "
        + (choice.keepsWritten
          ? "The written values lie on it (\(errors(choice.error))),"
          : "The written values do not lie on it; the"),
      choice.keepsWritten
        ? "and are kept. Chosen: \(said(choice.thresholds))."
        : "nearest combination that does is taken. Chosen: \(said(choice.thresholds)).",
      "",
      "| threshold | chosen | plateau, the others as chosen | tried |", "|---|---|---|---|",
    ]
      + ThresholdGrid.axes.indices.map { axis in
        let (range, values) = (choice.range(axis), ThresholdGrid.axes[axis])
        return "| \(ThresholdGrid.names[axis]) "
          + "| \(ThresholdGrid.places[choice.index].value(axis)) "
          + "| \(range.lowerBound)–\(range.upperBound)\(open(range, among: values)) "
          + "| \(values.map { "\($0)" }.joined(separator: ", ")) |"
      }
      + [
        "",
        "*Unbounded* means that the plateau ends where the trying does: these models do not hold the",
        "threshold from that side, because what it would let through fails for other reasons too.",
        "",
        "Below, the choice is made again without a family, or without a generator, and judged on",
        "the evaluation models of what was left out. In brackets the worst that any combination of",
        "the plateau comes to there: what the preference for the written values cannot hide.", "",
        "| left out | chosen without it | plateau | true recognised | untrue or wrong trusted "
          + "| untrue, right verdict |",
        "|---|---|---|---|---|---|",
      ]
      + study.families.map { row($0, $0.name) }
      + study.generators.map { row($0, "every \($0.name) model") }
      + [
        "", "## One threshold changed at a time", "",
        "All families, evaluation models; the chosen value in bold.", "",
        "| threshold | value | true recognised | untrue or wrong trusted | untrue, right verdict |",
        "|---|---|---|---|---|",
      ]
      + study.changes.map { change in
        let value = change.isChosen ? "**\(change.value)**" : "\(change.value)"
        return "| \(change.name) | \(value) | "
          + counts(change.score).map { said($0) }.joined(separator: " | ") + " |"
      } + [""]
  }

  /// Wrong maps on models that have learned nothing.
  var nullTable: [String] {
    guard let nulls, let first = nulls.rows.first else { return [] }
    let names = first.supports.keys.sorted()
    return [
      "## Wrong maps on models that have learned nothing", "",
      "\(first.trusted.trials) maps of each kind, each on a model of random weights of its own. How "
        + "often each",
      "deciding check supports; at most 6.9 % is asked. In brackets what chance alone allows where",
      "short texts cannot attain the level.",
      "",
      "| map | called trustworthy | " + names.map { "`\($0)`" }.joined(separator: " | ") + " |",
      "|---|---|" + names.map { _ in "---|" }.joined(),
    ]
      + nulls.rows.map { row in
        "| \(row.kind.rawValue) | \(row.trusted.successes) of \(row.trusted.trials) | "
          + names.map { name in
            (row.supports[name].map(share) ?? "—")
              + (row.attainable[name].map { " (\(percentage($0)))" } ?? "")
          }.joined(separator: " | ") + " |"
      } + [""]
  }

  /// Where a plateau ends only because nothing beyond it was tried.
  private func open(_ range: ClosedRange<Double>, among values: [Double]) -> String {
    let ends = [
      range.lowerBound == values.first ? "below" : nil,
      range.upperBound == values.last ? "above" : nil,
    ].compactMap { $0 }
    return ends.isEmpty ? "" : ", unbounded " + ends.joined(separator: " and ")
  }

  private func row(_ one: ThresholdStudy.HeldOut, _ name: String) -> String {
    let cells = zip(counts(one.score), counts(one.worst)).map { score, worst in
      score.trials == 0 ? "—" : "\(said(score)) (\(worst.successes))"
    }
    let chosen = one.choice.keepsWritten ? "as written" : said(one.choice.thresholds)
    return "| \(name) | \(chosen) | \(one.choice.plateau.count) | "
      + cells.joined(separator: " | ") + " |"
  }

  private func counts(_ score: ThresholdScore) -> [Proportion] {
    [score.recognised, score.trusted, score.refused]
  }

  private func said(_ value: Proportion) -> String {
    value.trials == 0 ? "—" : "\(value.successes) of \(value.trials)"
  }

  private func said(_ thresholds: Thresholds) -> String {
    "epsilon \(thresholds.epsilon), supported \(thresholds.supported), contradicted "
      + "\(thresholds.contradicted), flat \(thresholds.flat)"
  }

  /// A mean error a model, to four decimals.
  private func errors(_ value: Double) -> String {
    "\((value * 10_000).rounded() / 10_000)"
  }
}
