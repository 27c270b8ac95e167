import Attribution
import Tensors
import Values

extension Value {
  /// Where one map stands on a data set.
  package static func standing(_ standing: MapStanding) -> Value {
    [
      "map": .text(standing.name), "answer": .text(standing.answer.rawValue),
      "sentence": .text(standing.sentence),
      "testable": .proportion(standing.testable), "trusted": .proportion(standing.own.trusted),
      "not_trustworthy": .proportion(standing.untrue),
      "supported": .conditions(standing.own.supported, Value.proportion),
      "ceiling": [
        "trusted": .proportion(standing.ceiling.trusted),
        "supported": .conditions(standing.ceiling.supported, Value.proportion),
      ],
      "chance": .proportion(standing.chance),
      "attained": [
        "value": .optional(standing.attained) { .number($0) },
        "low": .optional(standing.interval) { .number($0.lowerBound) },
        "high": .optional(standing.interval) { .number($0.upperBound) },
      ],
      "to_ceiling": .optional(standing.toCeiling, Value.paired),
      "to_chance": .optional(standing.toChance, Value.paired),
      "texts_needed": .optional(standing.textsNeeded) { .integer($0) },
    ]
  }

  /// How two maps differ on the same texts.
  package static func pair(_ pair: MapPair) -> Value {
    [
      "first": .text(pair.first), "second": .text(pair.second),
      "sentence": .text(pair.sentence), "trusted": .optional(pair.trusted, Value.paired),
      "efficiency": .conditions(pair.efficiency) { .optional($0, Value.paired) },
    ]
  }

  /// What the rule made of one map.
  package static func judgement(_ judgement: Judgement) -> Value {
    [
      "verdict": .text(judgement.verdict.rawValue),
      "outcomes": .conditions(judgement.outcomes) { .text($0.rawValue) },
      "efficiencies": .conditions(judgement.efficiencies) { .optional($0) { .number($0) } },
      "removals": .record(
        RemovalOperator.allCases.compactMap { how in
          judgement.removals[how].map { (how.rawValue, .number($0)) }
        }),
    ]
  }

  private static func paired(_ compared: PairedComparison) -> Value {
    [
      "texts": .integer(compared.texts), "difference": .number(compared.difference),
      "low": .optional(compared.interval) { .number($0.lowerBound) },
      "high": .optional(compared.interval) { .number($0.upperBound) },
      "p_value": .number(compared.pValue),
      "detectable": .optional(compared.detectable) { .number($0) },
    ]
  }

  /// One value a condition, by its name.
  private static func conditions<Each>(_ values: [Each], _ value: (Each) -> Value) -> Value {
    .record(zip(Condition.allCases, values).map { ($0.rawValue, value($1)) })
  }
}
