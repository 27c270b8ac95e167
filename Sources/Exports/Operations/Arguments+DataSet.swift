import Attribution
import Evidence
import Tensors
import Values

extension Fields {
  /// The columns of the rows that could be examined: numbers as arrays in which NaN stands for none,
  /// words as `{"words": […], "codes": […]}` in which −1 does.
  ///
  /// - Parameter execution: the call, which may be stopped between two columns.
  mutating func examinedColumns(_ execution: Execution) throws(AssayError) -> ExaminedColumns {
    var columns = ExaminedColumns()
    columns.rows = try required("row").integers(in: 0...Int.max)
    let count = columns.rows.count
    columns.verdicts = try words("verdict", count)
    columns.reasons = try words("reason", count)
    columns.ladders = try numbers("ladder", count).map { rung in
      rung.map { Int(exactly: $0.rounded()) ?? 0 }
    }
    for condition in Condition.allCases {
      columns.conditions.append(try words(condition.rawValue, count))
    }
    columns.checks = try required("checks").list { name throws(AssayError) in try name.string() }
      .map { ExaminedColumns.CheckColumns(name: $0, outcomes: [], statistics: []) }
    for (place, check) in columns.checks.enumerated() {
      try execution.checkCancellation()
      columns.checks[place] = ExaminedColumns.CheckColumns(
        name: check.name, outcomes: try words("\(check.name)_outcome", count),
        statistics: try numbers("\(check.name)_statistic", count))
    }
    for argument in try required("judged").list() {
      try execution.checkCancellation()
      var fields = try argument.fields()
      let name = try fields.required("map").string()
      columns.judged.append((name, try fields.judgedMaps(name, count)))
      try fields.finish()
    }
    try execution.checkCancellation()
    columns.confidences = try numbers("confidence", count)
    columns.correct = try flags("correct", count)
    columns.removedSame = try flags("removed_same", count)
    columns.randomSame = try numbers("random_same", count)
    columns.removedCorrect = try flags("removed_correct", count)
    columns.randomCorrect = try numbers("random_correct", count)
    for name in ["auprc", "token_f1", "iou_f1"] {
      columns.plausibility.append((name, try numbers("plausibility_\(name)", count)))
    }
    columns.methods = try required("methods").list { name throws(AssayError) in
      try name.string()
    }
    let methods = columns.methods.count
    columns.kendall = try rows("agreement_kendall", count, methods * methods)
    columns.lift = try rows("agreement_lift", count, methods * methods)
    columns.liftVariance = try rows("lift_variance", count, methods)
    let width = DeletionCurve.parts.count * DeletionCurve.grid.count
    var curves = try required("curves").fields()
    for (check, argument) in curves.all() {
      let values = try argument.doubles([count, width], finite: false)
      columns.curves.append(
        (
          check,
          (0..<count).map { row in
            let part = Array(values[row * width..<(row + 1) * width])
            return part.contains(where: \.isNaN) ? nil : DeletionCurve(values: part)
          }
        ))
    }
    try curves.finish()
    return columns
  }

  /// One judged map a row; nil where a row has none.
  private mutating func judgedMaps(
    _ name: String, _ count: Int
  ) throws(AssayError) -> [JudgedMap?] {
    let removals = try required("removal_efficiencies").doubles([count, nil], finite: false)
    let operators = RemovalOperator.allCases
    guard removals.isEmpty || removals.count == count * operators.count else {
      throw AssayError(
        .shape, "\(name): removal_efficiencies", expected: "\(operators.count) numbers a row",
        found: "\(removals.count / max(count, 1))")
    }
    try inUnitRange(removals, "removal_efficiencies")
    let own = try judgements("", count) { row in
      Dictionary(
        operators.enumerated().compactMap { place, how in
          let start = row * operators.count
          return removals.isEmpty || !removals[start + place].isFinite
            ? nil : (how, removals[start + place])
        }
      ) { first, _ in first }
    }
    let oracles = try judgements("oracle_", count) { _ in [:] }
    let (testable, chance) = (
      try flags("testable", count), try flags("chance_trusted", count)
    )
    return (0..<count).map { row in
      own[row].map {
        JudgedMap(
          name: name, own: $0, oracle: oracles[row], isTestable: testable[row],
          trustsChance: chance[row] ?? false)
      }
    }
  }

  private mutating func judgements(
    _ prefix: String, _ count: Int, removals: (_ row: Int) -> [RemovalOperator: Double]
  ) throws(AssayError) -> [Judgement?] {
    let verdicts = try known(try words("\(prefix)verdict", count), Verdict.init, "verdict")
    var (outcomes, efficiencies): ([[ConditionResult.Outcome?]], [[Double?]]) = ([], [])
    for condition in Condition.allCases {
      let name = condition.rawValue
      outcomes.append(
        try known(
          try words("\(prefix)\(name)", count), ConditionResult.Outcome.init, name))
      let values =
        prefix.isEmpty
        ? try numbers("\(name)_efficiency", count) : Array(repeating: nil, count: count)
      try inUnitRange(values.map { $0 ?? .nan }, "\(name)_efficiency")
      efficiencies.append(values)
    }
    return (0..<count).map { row in
      verdicts[row].map { verdict in
        Judgement(
          verdict: verdict, outcomes: outcomes.map { $0[row] ?? .notApplicable },
          efficiencies: efficiencies.map { $0[row] }, removals: removals(row))
      }
    }
  }

  /// - Throws: `option` for a number beyond 0…1; NaN stands for none.
  private func inUnitRange(_ values: [Double], _ name: String) throws(AssayError) {
    if let wrong = values.first(where: { !$0.isNaN && !(0...1 ~= $0) }) {
      throw AssayError(.option, name, expected: "numbers from 0 to 1", found: "\(wrong)")
    }
  }

  /// Registered words as what they stand for.
  private func known<Meaning>(
    _ words: [String?], _ meaning: (String) -> Meaning?, _ name: String
  ) throws(AssayError) -> [Meaning?] {
    var found: [Meaning?] = []
    for word in words {
      guard let word else {
        found.append(nil)
        continue
      }
      guard let known = meaning(word) else {
        throw AssayError(.option, name, expected: "an outcome", found: Value.quoted(word))
      }
      found.append(known)
    }
    return found
  }

  private mutating func numbers(_ name: String, _ count: Int) throws(AssayError) -> [Double?] {
    try required(name).doubles([count], finite: false).map { $0.isFinite ? $0 : nil }
  }

  private mutating func flags(_ name: String, _ count: Int) throws(AssayError) -> [Bool?] {
    try numbers(name, count).map { $0.map { $0 != 0 } }
  }

  private mutating func rows(
    _ name: String, _ count: Int, _ width: Int
  ) throws(AssayError) -> [[Double?]] {
    let values = try required(name).doubles([count, width], finite: false)
    return (0..<count).map { row in
      values[row * width..<(row + 1) * width].map { $0.isFinite ? $0 : nil }
    }
  }

  private mutating func words(_ name: String, _ count: Int) throws(AssayError) -> [String?] {
    var fields = try required(name).fields()
    let words = try fields.required("words").list { one throws(AssayError) in try one.string() }
    let codes = try fields.required("codes").integers(in: -1...max(-1, words.count - 1), [count])
    try fields.finish()
    return codes.map { $0 < 0 ? nil : words[$0] }
  }
}
