/// What was stored of the rows that could be examined, column by column: every column has one entry a
/// row, nil where the row has none.
package struct ExaminedColumns: Sendable {
  /// One check's column of outcomes and of statistics.
  package struct CheckColumns: Sendable {
    package let name: String
    package let outcomes: [String?]
    package let statistics: [Double?]

    package init(name: String, outcomes: [String?], statistics: [Double?]) {
      self.name = name
      self.outcomes = outcomes
      self.statistics = statistics
    }
  }

  /// The number of each row in the data.
  package var rows: [Int] = []
  package var verdicts: [String?] = []
  package var reasons: [String?] = []
  package var ladders: [Int?] = []
  /// One column a condition, in their order.
  package var conditions: [[String?]] = []
  package var checks: [CheckColumns] = []
  /// The judged maps, the tested one first, with one entry a row.
  package var judged: [(name: String, maps: [JudgedMap?])] = []
  package var confidences: [Double?] = []
  package var correct: [Bool?] = []
  package var removedSame: [Bool?] = []
  package var randomSame: [Double?] = []
  package var removedCorrect: [Bool?] = []
  package var randomCorrect: [Double?] = []
  /// The measures of plausibility by name.
  package var plausibility: [(name: String, values: [Double?])] = []
  /// The compared methods, the tested one first.
  package var methods: [String] = []
  /// `[row][method · method]`.
  package var kendall: [[Double?]] = []
  package var lift: [[Double?]] = []
  /// `[row][method]`.
  package var liftVariance: [[Double?]] = []
  /// The curves of each check that draws one.
  package var curves: [(check: String, values: [DeletionCurve?])] = []

  package init() {}

  /// The statistic of a check, row by row; nothing for one that did not run.
  func statistics(_ check: String) -> [Double?] {
    checks.first { $0.name == check }?.statistics
      ?? Array(repeating: nil, count: rows.count)
  }

  /// Whether each row can tell maps apart: by what any of them showed.
  var isTestable: [Bool] {
    rows.indices.map { row in judged.contains { $0.maps[row]?.isTestable ?? false } }
  }

  /// How often each word stands in a column, in some rows.
  func shares(_ column: [String?], of rows: [Int]? = nil, order: [String] = []) -> Shares {
    Shares(rows.map { $0.map { column[$0] } } ?? column, order: order)
  }
}
