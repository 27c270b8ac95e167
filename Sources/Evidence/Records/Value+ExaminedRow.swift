import Attribution
import Tensors
import Values

extension Value {
  /// What a part stores of one row; `error` where it could not be examined.
  package static func examined(_ row: Result<ExaminedRow, AssayError>) -> Value {
    switch row {
    case .success(let row): return .examined(row)
    case .failure(let error):
      return [
        "error": [
          "kind": .text("\(error.kind)"), "message": .text(error.description),
          "subject": .text(error.subject), "expected": .text(error.expected),
          "found": .text(error.found),
        ]
      ]
    }
  }

  private static func examined(_ row: ExaminedRow) -> Value {
    func numbers(_ values: [Double?]) -> Value {
      .doubles(values.map { $0 ?? .nan })
    }
    return [
      "report": withoutDraws(.report(row.report)),
      "judged": .list(row.judged.map(judged)), "cost": .cost(row.cost),
      "predicted": .optional(row.predicted) { .integer($0) },
      "confidence": .optional(row.confidence) { .number($0) },
      "correct": .optional(row.correct) { .bool($0) },
      "agreement_kendall": numbers(row.agreement.kendall),
      "agreement_lift": numbers(row.agreement.lift),
      "lift_variance": numbers(row.agreement.variance),
      "removed_same": .optional(row.removal) { .bool($0.same) },
      "random_same": .optional(row.removal) { .number($0.randomSame) },
      "removed_correct": .optional(row.removal?.correct) { .bool($0) },
      "random_correct": .optional(row.removal?.randomCorrect) { .number($0) },
      "plausibility": .optional(row.plausibility) {
        [
          "auprc": .number($0.auprc), "token_f1": .number($0.tokenF1),
          "iou_f1": .number($0.spanF1),
        ]
      },
      "curves": .record(row.curves.map { ($0.check, .doubles($0.curve.values)) }),
    ]
  }

  /// What a part stores of one judged map, in the columns that `summarise` takes back.
  private static func judged(_ map: JudgedMap) -> Value {
    let removals = RemovalOperator.allCases.map { map.own.removals[$0] ?? .nan }
    var members: [Members.Element] = [
      ("verdict", .text(map.own.verdict.rawValue)), ("removal_efficiencies", .doubles(removals)),
      ("testable", .optional(map.isTestable) { .bool($0) }),
      ("chance_trusted", .bool(map.trustsChance)),
      ("oracle_verdict", .optional(map.oracle) { .text($0.verdict.rawValue) }),
    ]
    for (place, condition) in Condition.allCases.enumerated() {
      let name = condition.rawValue
      members += [
        (name, .text(map.own.outcomes[place].rawValue)),
        ("\(name)_efficiency", .optional(map.own.efficiencies[place]) { .number($0) }),
        ("oracle_\(name)", .optional(map.oracle) { .text($0.outcomes[place].rawValue) }),
      ]
    }
    return .record(members)
  }

  /// A report without the draws of its nulls, whose summaries stay: thousands of numbers that no
  /// part stores.
  private static func withoutDraws(_ report: Value) -> Value {
    report.replacing("checks") { checks in
      guard case .record(let members) = checks else { return checks }
      return .record(
        members.mapValues { check in
          check.replacing("null") { $0.removing("values") }
            .replacing("details") { $0.removing("distances") }
        })
    }
  }

  private func replacing(_ name: String, _ change: (Value) -> Value) -> Value {
    guard case .record(var members) = self, let value = members[name] else { return self }
    members[name] = change(value)
    return .record(members)
  }

  private func removing(_ name: String) -> Value {
    guard case .record(var members) = self else { return self }
    members[name] = nil
    return .record(members)
  }
}
