import Attribution
import Evidence
import Models
import Tensors
import Values

extension Operations {
  /// Data sets: rows are examined a chunk at a time, and their answer is given once.
  static let examining: Group = [
    "examine": { call throws(AssayError) in
      let model = try call.requiredModel()
      var fields = try call.fields()
      let inputs = try fields.inputs(for: model)
      let rows = try fields.rows(inputs)
      let questions = try fields.questions(model)
      try fields.finish()
      let found = try model.examine(rows, questions, execution: call.execution)
      return ["rows": .list(found.map(Value.examined))]
    },
    "summarise": { call throws(AssayError) in
      var fields = try call.fields()
      let execution = try call.execution(&fields)
      let columns = try fields.examinedColumns(execution)
      try fields.finish()
      return .answer(try DataSetAnswer(columns, execution), rows: columns.rows)
    },
    "search_heads": { call throws(AssayError) in
      let model = try call.requiredModel()
      var fields = try call.fields()
      let inputs = try fields.inputs(for: model)
      let reference = try fields.required("reference").string()
      let target = try fields.target(model)
      let execution = try call.execution(&fields)
      try fields.finish()
      return .headSearch(
        try HeadSearch(
          model, inputs, reference: reference, target: target, execution: execution))
    },
  ]
}

extension Fields {
  /// What is asked of every row.
  fileprivate mutating func questions(_ model: Model) throws(AssayError) -> RowQuestions {
    let methods = try required("methods").list { one throws(AssayError) in try one.string() }
    guard let tested = methods.first else {
      throw AssayError(.option, "methods", expected: "the tested one first", found: "none")
    }
    var questions = RowQuestions(method: tested, methods: methods)
    questions.versus =
      try optional("versus")?.list { one throws(AssayError) in try one.string() } ?? []
    questions.options = try options("method_options")
    questions.target = try target(model)
    questions.checks = try optional("checks")?.checkSelection() ?? .standard
    questions.settings = try settings("options", oracle: questions.settings.oracle)
    questions.randomSets =
      try optional("random_sets")?.integer(in: 0...100_000) ?? questions.randomSets
    return questions
  }

  /// The rows of a chunk: one seed each, and what else is known of some of them.
  fileprivate mutating func rows(_ inputs: [Input]) throws(AssayError) -> [DataSetRow] {
    let each = try required("rows").list()
    guard each.count == inputs.count else {
      throw AssayError(
        .shape, "rows", expected: "one for each of \(inputs.count) inputs",
        found: "\(each.count)")
    }
    var rows: [DataSetRow] = []
    for (argument, input) in zip(each, inputs) {
      var fields = try argument.fields()
      let seed = try fields.required("seed").integer(in: 0...Int.max)
      let label = try fields.optional("label")?.integer(in: 0...Int(Int32.max))
      let rationale = try fields.optional("rationale")?.integers(in: 0...1, [input.count])
      let scores = try fields.optional("scores")?.doubles([nil], finite: false)
      try fields.finish()
      rows.append(
        DataSetRow(
          input, seed: UInt64(clamping: seed), label: label,
          rationale: rationale.map { $0.map { $0 == 1 } },
          scores: scores))
    }
    return rows
  }
}

extension Value {
  /// What a part stores of one row; `error` where it could not be examined.
  fileprivate static func examined(_ row: Result<ExaminedRow, AssayError>) -> Value {
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
