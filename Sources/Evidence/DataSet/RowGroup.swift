/// What some of the rows say.
package struct RowGroup: Sendable {
  package let count: Int
  package let verdicts: Shares
  /// How often consistency was supported.
  package let consistencySupported: Proportion

  init(_ columns: ExaminedColumns, rows: [Int]) {
    count = rows.count
    verdicts = columns.shares(columns.verdicts, of: rows, order: RowGroup.verdicts)
    consistencySupported = RowGroup.supported(columns, rows: rows)
  }

  /// The verdicts, the best first.
  static let verdicts = [Verdict.trustworthy, .inconclusive, .notTrustworthy].map(\.rawValue)

  /// How often consistency was supported, in all rows unless some are named.
  static func supported(_ columns: ExaminedColumns, rows: [Int]? = nil) -> Proportion {
    guard let place = Condition.allCases.firstIndex(of: .consistency),
      columns.conditions.indices.contains(place)
    else { return Proportion(0, of: 0) }
    return columns.shares(
      columns.conditions[place], of: rows, order: DataSetAnswer.conditionOutcomes)[
        ConditionResult.Outcome.supported.rawValue]
  }
}

/// The rows whose confidence lies between two values.
package struct ConfidenceBand: Sendable {
  package let low: Double
  package let high: Double
  package let group: RowGroup

  /// The rows in three parts by confidence, as equal as their number allows; ties by row.
  static func thirds(_ columns: ExaminedColumns) -> [ConfidenceBand] {
    let known = columns.confidences.indices.compactMap { row in
      columns.confidences[row].map { (confidence: $0, row: row) }
    }.sorted { ($0.confidence, $0.row) < ($1.confidence, $1.row) }
    let (each, left) = known.count.quotientAndRemainder(dividingBy: 3)
    var start = 0
    return (0..<3).compactMap { part in
      let end = start + each + (part < left ? 1 : 0)
      defer { start = end }
      guard start < end else { return nil }
      return ConfidenceBand(
        low: known[start].confidence, high: known[end - 1].confidence,
        group: RowGroup(columns, rows: known[start..<end].map(\.row)))
    }
  }
}
