import Evidence
import Tensors
import Values

extension Fields {
  /// The columns of the rows that could be examined: numbers as arrays in which NaN stands for none,
  /// words as `{"words": […], "codes": […]}` in which −1 does.
  mutating func examinedColumns() throws(AssayError) -> ExaminedColumns {
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
      columns.checks[place] = ExaminedColumns.CheckColumns(
        name: check.name, outcomes: try words("\(check.name)_outcome", count),
        statistics: try numbers("\(check.name)_statistic", count))
    }
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
