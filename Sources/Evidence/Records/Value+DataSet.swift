import Tensors
import Values

extension Value {
  /// What all rows together say.
  /// - Parameter rows: the numbers of the examined rows in the data.
  package static func answer(_ answer: DataSetAnswer, rows: [Int]) -> Value {
    let methods = answer.methods.count
    return [
      "examined": .integer(answer.examined),
      "answer": .optional(answer.standings.first) { .text($0.answer.rawValue) },
      "sentences": .list(answer.sentences.map { .text($0) }),
      "standings": .list(answer.standings.map(Value.standing)),
      "pairs": .list(answer.pairs.map(Value.pair)),
      "outcomes": [
        "verdicts": .shares(answer.verdicts), "reasons": .shares(answer.reasons),
        "ladder": .shares(answer.ladder),
        "conditions": .record(
          answer.conditions.map { ($0.condition.rawValue, .shares($0.shares)) }),
        "checks": .record(answer.checks.map { ($0.name, .shares($0.outcomes)) }),
      ],
      "statistics": .record(answer.checks.map { ($0.name, .distribution($0.statistics)) }),
      "removal": .removal(answer.removal),
      "agreement": [
        "methods": .list(answer.methods.map { .text($0) }),
        "kendall": .pairMeans(answer.kendall, methods),
        "lift": .pairMeans(answer.lift, methods),
      ],
      "data_set_test": .record(answer.tests.map { ($0.method, .dataSetTest($0.test)) }),
      "by_confidence": .list(
        answer.byConfidence.map { band in
          .record(
            [("from", .number(band.low)), ("to", .number(band.high))] + members(band.group))
        }),
      "by_correctness": .record(
        answer.byCorrectness.map { ($0.isRight ? "right" : "wrong", .record(members($0.group))) }),
      "plausibility": .record(answer.plausibility.map { ($0.name, .estimate($0.estimate)) }),
      "curves": .record(answer.curves.map { ($0.check, .curve($0)) }),
      "intervals": [
        "level": .number(Bootstrap.level), "draws": .integer(Bootstrap.draws),
        "shares": .text("Wilson 1927"), "means_and_medians": .text("percentile bootstrap"),
      ],
      "persistence": .text(answer.persistence.rawValue),
      "paragraph": .text(answer.paragraph),
      "most_trustworthy": .list(answer.mostTrustworthy.map { .ranked($0, rows) }),
      "least_trustworthy": .list(answer.leastTrustworthy.map { .ranked($0, rows) }),
    ]
  }

  package static func dataSetTest(_ test: DataSetTest) -> Value {
    [
      "n": .integer(test.count), "undefined": .integer(test.undefined),
      "mean_lift": .optional(test.result) { .number($0.meanLift) },
      "z": .optional(test.result) { .number($0.z) },
      "p_value": .optional(test.result) { .number($0.pValue) },
      "above_chance": .optional(test.result) { .number($0.aboveChance) },
    ]
  }

  private static func shares(_ shares: Shares) -> Value {
    .record(shares.all.map { ($0.word, proportion($0.share)) })
  }

  private static func estimate(_ estimate: MeanEstimate) -> Value {
    [
      "n": .integer(estimate.count), "mean": .optional(estimate.mean) { .number($0) },
      "low": .optional(estimate.interval) { .number($0.lowerBound) },
      "high": .optional(estimate.interval) { .number($0.upperBound) },
    ]
  }

  private static func distribution(_ distribution: ValueDistribution) -> Value {
    let counts: [Members.Element] = [
      ("n", .integer(distribution.count)), ("undefined", .integer(distribution.undefined)),
    ]
    guard let found = distribution.summary else { return .record(counts) }
    return .record(
      counts + [
        ("mean", .number(found.mean)), ("median", .number(found.median)),
        ("median_low", .number(found.interval.lowerBound)),
        ("median_high", .number(found.interval.upperBound)),
        ("quantiles", .record(found.quantiles.map { ("\($0.share)", .number($0.value)) })),
        ("minimum", .number(found.minimum)), ("maximum", .number(found.maximum)),
        (
          "histogram",
          [
            "edges": .list(found.histogram.edges.map { .number($0) }),
            "counts": .list(found.histogram.counts.map { .integer($0) }),
          ]
        ),
      ])
  }

  private static func removal(_ removal: RemovalSummary) -> Value {
    var members: [Members.Element] = [
      (
        "prediction_stays",
        [
          "removed": .estimate(removal.removed), "random": .estimate(removal.random),
          "gap": .estimate(removal.gap),
        ]
      )
    ]
    if let accuracy = removal.accuracy {
      members.append(
        (
          "accuracy",
          [
            "before": .estimate(accuracy.before), "removed": .estimate(accuracy.removed),
            "random": .estimate(accuracy.random), "gap": .estimate(accuracy.gap),
          ]
        ))
    }
    return .record(members)
  }

  private static func pairMeans(_ cells: [PairMean], _ count: Int) -> Value {
    func rows(_ make: (PairMean) -> Value) -> Value {
      .list((0..<count).map { row in .list(cells[row * count..<(row + 1) * count].map(make)) })
    }
    return [
      "mean": rows { .optional($0.mean) { .number($0) } }, "n": rows { .integer($0.count) },
    ]
  }

  private static func members(_ group: RowGroup) -> [Members.Element] {
    [
      ("n", .integer(group.count)), ("verdicts", .shares(group.verdicts)),
      ("consistency_supported", proportion(group.consistencySupported)),
    ]
  }

  private static func curve(_ curve: DataSetAnswer.MeanCurve) -> Value {
    .record(
      [
        ("fractions", .list(DeletionCurve.grid.map { .number($0) })),
        ("n", .integer(curve.count)),
      ]
        + DeletionCurve.parts.enumerated().map { part, name in
          (name, .list(curve.curve[part: part].map { .number($0) }))
        })
  }

  private static func ranked(_ row: RankedRow, _ rows: [Int]) -> Value {
    ["row": .integer(rows[row.place]), "weaker_agreement": .number(row.weakerAgreement)]
  }

  package static func headSearch(_ search: HeadSearch) -> Value {
    [
      "candidates": .list(search.candidates.map(Value.candidate)),
      "average_lift": .number(search.averageLift),
      "difference": .number(search.comparison.difference),
      "difference_low": .optional(search.comparison.interval) { .number($0.lowerBound) },
      "difference_high": .optional(search.comparison.interval) { .number($0.upperBound) },
      "difference_p": .number(search.comparison.pValue),
      "detectable": .optional(search.comparison.detectable) { .number($0) },
      "selection": .integer(search.selection), "test": .integer(search.test),
      "cost": .cost(search.cost), "reference_cost": .cost(search.referenceCost),
    ]
  }

  private static func candidate(_ one: HeadCandidate) -> Value {
    [
      "layer": .integer(one.layer), "head": .optional(one.head) { .integer($0) },
      "selection_lift": .optional(one.selectionLift) { .number($0) },
      "test_lift": .optional(one.testLift) { .number($0) },
      "z": .optional(one.test.result) { .number($0.z) },
      "p_value": .optional(one.test.result) { .number($0.pValue) },
      "corrected": .optional(one.corrected) { .number($0) },
    ]
  }

  package static func proportion(_ proportion: Proportion) -> Value {
    [
      "count": .integer(proportion.successes), "of": .integer(proportion.trials),
      "share": .optional(proportion.share) { .number($0) },
      "low": .number(proportion.interval.lowerBound),
      "high": .number(proportion.interval.upperBound),
    ]
  }
}
