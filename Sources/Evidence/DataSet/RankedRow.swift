/// A row among the most or the least trustworthy.
package struct RankedRow: Sendable, Equatable {
  /// Its place among the examined rows.
  package let place: Int
  /// The smaller of its two agreements, with gradients and with removal; below any where one is
  /// undefined.
  package let weakerAgreement: Double

  /// How many rows are listed at each end.
  private static let listed = 10
  private static let undefined = -2.0

  /// The rows at both ends: by verdict, then by rungs held, then by the weaker agreement, then the
  /// earlier one first.
  static func extremes(_ columns: ExaminedColumns) -> (most: [RankedRow], least: [RankedRow]) {
    let gradients = columns.statistics(GradientAgreement().info.name)
    let removal = columns.statistics(Removal().info.name)
    let ranks = columns.verdicts.map { verdict in
      verdict.flatMap { RowGroup.verdicts.firstIndex(of: $0) } ?? RowGroup.verdicts.count
    }
    let rows = columns.rows.indices.map { place in
      RankedRow(
        place: place,
        weakerAgreement: min(gradients[place] ?? undefined, removal[place] ?? undefined))
    }
    let ordered = rows.sorted { first, second in
      let (a, b) = (first.place, second.place)
      if ranks[a] != ranks[b] { return ranks[a] < ranks[b] }
      let (held, other) = (columns.ladders[a] ?? 0, columns.ladders[b] ?? 0)
      if held != other { return held > other }
      if first.weakerAgreement != second.weakerAgreement {
        return first.weakerAgreement > second.weakerAgreement
      }
      return columns.rows[a] < columns.rows[b]
    }
    return (Array(ordered.prefix(listed)), Array(ordered.reversed().prefix(listed)))
  }
}
