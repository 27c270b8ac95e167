import Evidence
import Models
import Tensors
import Values

/// An audit on its way: rows are taken until there are enough to examine at once.
struct AuditWork: Sendable {
  private let model: Model
  private let plan: AuditPlan
  private let execution: Execution
  private var questions: RowQuestions?
  private var rows: [AuditedRow] = []
  private var examined: [(number: Int, row: ExaminedRow)] = []
  /// Rows that can be read and wait to be examined, by their place in `rows`.
  private var waiting: [(place: Int, row: DataSetRow)] = []

  /// So many rows are examined at once.
  private static let chunk = 20

  init(_ model: Model, _ plan: AuditPlan, _ execution: Execution) {
    self.model = model
    self.plan = plan
    self.execution = execution
  }

  /// Reads a row, or writes down why it cannot be read.
  /// - Returns: whether there are enough rows to examine.
  mutating func takes(_ row: AuditRow) -> Bool {
    if questions == nil {
      questions = plan.questions(for: model, isExternal: row.scores != nil)
    }
    let number = rows.count
    let seed = RowSeeds.seed(execution.seed, row: number)
    var label: Int?
    do throws(AssayError) {
      label = try row.labelPlace(model.card)
      let (tokens, isCut) = try read(row)
      let input = try tokens.input(for: model)
      let isExternal = questions?.method == RowQuestions.external
      guard isExternal == (row.scores != nil) else {
        throw AssayError(
          .input, "scores", expected: isExternal ? "scores, as the first row has" : "none",
          found: isExternal ? "none" : "some")
      }
      waiting.append(
        (
          number,
          DataSetRow(
            input, seed: seed, label: label, rationale: try row.marks(tokens), scores: row.scores)
        ))
      rows.append(AuditedRow(row, number: number, seed: seed, label: label, of: model))
      rows[number].truncated = isCut
    } catch {
      rows.append(AuditedRow(row, number: number, seed: seed, label: label, of: model))
      rows[number].error = error.description
    }
    return waiting.count >= Self.chunk
  }

  private func read(_ row: AuditRow) throws(AssayError) -> (Tokens, isCut: Bool) {
    do throws(AssayError) {
      return (try row.tokens(for: model, truncates: false), false)
    } catch {
      guard plan.truncates, error.kind == .input else { throw error }
      return (try row.tokens(for: model, truncates: true), true)
    }
  }

  /// Examines the rows that wait.
  /// - Throws: `option`, `unsupported` for what no row could answer; `cancelled`.
  mutating func examine(_ execution: Execution? = nil) throws(AssayError) {
    guard let questions, !waiting.isEmpty else { return }
    let found = try model.examine(
      waiting.map(\.row), questions, execution: execution ?? self.execution)
    for (place, result) in zip(waiting.map(\.place), found) {
      switch result {
      case .success(let row):
        rows[place].fill(row, of: model)
        examined.append((place, row))
      case .failure(let error): rows[place].error = error.description
      }
    }
    waiting = []
  }

  /// The same, examined without holding up the caller's thread.
  func examined() async throws(AssayError) -> AuditWork {
    let before = self
    return try await execution.aside(nil) { execution throws(AssayError) in
      var work = before
      try work.examine(execution)
      return work
    }
  }

  /// Examines what is left and says what all rows come to.
  mutating func finish() throws(AssayError) -> Audit {
    guard let questions else {
      throw AssayError(.input, "rows", expected: "one or more", found: "none")
    }
    try examine()
    return try Audit(rows, examined, questions, execution)
  }

  /// The next of rows that come one after another.
  static func next<Iterator: AsyncIteratorProtocol>(
    _ iterator: inout Iterator
  ) async throws(AssayError) -> AuditRow? where Iterator.Element == AuditRow {
    do {
      return try await iterator.next()
    } catch is CancellationError {
      throw .cancelled
    } catch {
      throw AssayError(.input, "rows", expected: "rows to the end", found: "\(error)")
    }
  }
}
