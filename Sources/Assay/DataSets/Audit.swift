import Evidence
import Models
import Tensors
import Values

/// What an explanation method is worth on a data set.
public struct Audit: Sendable {
  /// Every row, in the order of the data; what could not be examined says why.
  public let rows: [AuditedRow]
  /// What all rows together say, as plain values: the record that Python's `answer.json` holds.
  public let answer: Value

  /// `trustworthy`, `not trustworthy`, `open` or `no ceiling`; nil where no row could be examined.
  public var verdict: String? { answer["answer"]?.textValue }

  /// The answer in sentences with numbers.
  public var sentences: [String] { (answer["sentences"]?.listValue ?? []).compactMap(\.textValue) }

  /// The rows that could not be examined, with the reason.
  public var errors: [(row: Int, error: String)] {
    rows.compactMap { row in row.error.map { (row.row, $0) } }
  }

  /// Writes `answer.json` into a folder that exists.
  /// - Throws: `checkpoint` for a place that cannot be written.
  public func save(_ folder: String) throws(AssayError) {
    var file = try AtomicFile(folder + "/answer.json")
    try file.write(answer.plain.jsonBytes + [UInt8(ascii: "\n")])
    try file.commit()
  }

  init(
    _ rows: [AuditedRow], _ examined: [(number: Int, row: ExaminedRow)], _ questions: RowQuestions,
    _ execution: Execution
  ) throws(AssayError) {
    let columns = try ExaminedColumns(examined, questions)
    let found = Value.answer(try DataSetAnswer(columns, execution), rows: columns.rows)
    self.rows = rows
    let byNumber = Dictionary(rows.map { ($0.row, $0) }) { first, _ in first }
    var members = found.recordValue ?? Members()
    for end in ["most_trustworthy", "least_trustworthy"] {
      members[end] = .list(
        (members[end]?.listValue ?? []).map { one in
          one["row"]?.integerValue.flatMap { byNumber[$0] }.map { Self.shown($0, one) } ?? one
        })
    }
    if case .record(var intervals) = members["intervals"] ?? .null {
      intervals["seed"] = .integer(Int(clamping: execution.seed))
      members["intervals"] = .record(intervals)
    }
    let errors = rows.compactMap { row in
      row.error.map { ["row": .integer(row.row), "error": .text($0)] as Value }
    }
    answer =
      .record(
        [("rows", .integer(rows.count)), ("errors", .list(errors))]
          + members.map { ($0.key, $0.value) })
  }

  /// What is shown of a row at either end.
  private static func shown(_ row: AuditedRow, _ ranked: Value) -> Value {
    .record(
      [
        ("row", .integer(row.row)), ("text", .text(row.text)),
        ("verdict", .optional(row.verdict) { .text($0) }),
        ("reason", .optional(row.reason) { .text($0) }),
        ("ladder", .optional(row.ladder) { .integer($0) }),
      ] + (ranked.recordValue ?? Members()).map { ($0.key, $0.value) })
  }
}

extension Model {
  /// Verifies an explanation on every example of a data set and says whether it holds.
  ///
  /// A row that cannot be used is reported with its number and the reason; it neither stops the audit
  /// nor disappears. What a row comes to depends on no other row, nor on the number of threads.
  ///
  /// - Parameters:
  ///   - rows: the examples; all of them bring scores, or none does.
  ///   - plan: what is asked of every row.
  ///   - execution: threads, and the seed that the rows' own are made of.
  /// - Throws: `option` and `unsupported` for what no row could answer, `input` without a row.
  public func audit(
    _ rows: some Sequence<AuditRow>, plan: AuditPlan = AuditPlan(),
    execution: Execution = .automatic
  ) throws(AssayError) -> Audit {
    var work = AuditWork(self, plan, execution)
    for row in rows where work.takes(row) { try work.examine() }
    return try work.finish()
  }

  /// Audits examples as they come, without holding up the caller's thread.
  ///
  /// `progress` is told how many rows are done.
  ///
  /// - Throws: `cancelled` within 0.2 s of the task's cancellation, `input` when the rows end with an
  ///   error, and what it throws elsewhere.
  public func audit<Rows: AsyncSequence>(
    _ rows: Rows, plan: AuditPlan = AuditPlan(), execution: Execution = .automatic,
    progress: (@Sendable (_ rows: Int) -> Void)? = nil
  ) async throws(AssayError) -> Audit where Rows.Element == AuditRow {
    var work = AuditWork(self, plan, execution)
    var (iterator, number) = (rows.makeAsyncIterator(), 0)
    while let row = try await AuditWork.next(&iterator) {
      number += 1
      guard work.takes(row) else { continue }
      work = try await work.examined()
      progress?(number)
    }
    work = try await work.examined()
    let whole = work
    return try await execution.aside(nil) { _ throws(AssayError) in
      var work = whole
      return try work.finish()
    }
  }
}
