import Tensors

/// What all examined rows together say of a method on a model.
package struct DataSetAnswer: Sendable {
  /// The deletion curves of one check, averaged.
  package struct MeanCurve: Sendable {
    package let check: String
    package let count: Int
    package let curve: DeletionCurve
  }

  /// How many rows could be examined.
  package let examined: Int
  /// Where each judged map stands, the tested one first.
  package let standings: [MapStanding]
  /// The tested map against each other judged one.
  package let pairs: [MapPair]
  package let verdicts: Shares
  package let reasons: Shares
  package let ladder: Shares
  package let conditions: [(condition: Condition, shares: Shares)]
  package let checks: [(name: String, outcomes: Shares, statistics: ValueDistribution)]
  package let removal: RemovalSummary
  package let methods: [String]
  package let kendall: [PairMean]
  package let lift: [PairMean]
  /// The tested map against each other method.
  package let tests: [(method: String, test: DataSetTest)]
  package let byConfidence: [ConfidenceBand]
  package let byCorrectness: [(isRight: Bool, group: RowGroup)]
  package let plausibility: [(name: String, estimate: MeanEstimate)]
  package let curves: [MeanCurve]
  package let persistence: Persistence
  /// The rows at both ends, by their place among those examined.
  package let mostTrustworthy: [RankedRow]
  package let leastTrustworthy: [RankedRow]

  /// - Parameter execution: the call, whose seed keys the resamples of the intervals.
  /// - Throws: `cancelled`.
  package init(_ columns: ExaminedColumns, _ execution: Execution) throws(AssayError) {
    func bootstrap(_ name: String) throws(AssayError) -> Bootstrap {
      try execution.checkCancellation()
      return Bootstrap(execution, name)
    }
    examined = columns.rows.count
    let isTestable = columns.isTestable
    standings = try columns.judged.map { map throws(AssayError) in
      try execution.checkCancellation()
      return MapStanding(map.name, map.maps, isTestable: isTestable, execution)
    }
    pairs = try columns.judged.dropFirst().map { map throws(AssayError) in
      try execution.checkCancellation()
      return MapPair(columns.judged[0], map, isTestable: isTestable, execution)
    }
    verdicts = columns.shares(columns.verdicts, order: RowGroup.verdicts)
    reasons = columns.shares(columns.reasons)
    ladder = columns.shares(columns.ladders.map { $0.map(String.init) })
    let order = DataSetAnswer.conditionOutcomes
    conditions = zip(Condition.allCases, columns.conditions).map {
      ($0, columns.shares($1, order: order))
    }
    checks = try columns.checks.map { check throws(AssayError) in
      (
        check.name, columns.shares(check.outcomes, order: DataSetAnswer.outcomes),
        ValueDistribution(check.statistics, try bootstrap("statistic.\(check.name)"))
      )
    }
    removal = try RemovalSummary(columns, bootstrap)
    methods = columns.methods
    kendall = try PairMean.all(columns.kendall, pairs: methods.count * methods.count, execution)
    lift = try PairMean.all(columns.lift, pairs: methods.count * methods.count, execution)
    tests = try methods.enumerated().dropFirst().map { place, name throws(AssayError) in
      try execution.checkCancellation()
      return (
        name,
        DataSetTest(
          lifts: columns.lift.map { $0[place] }, variances: columns.liftVariance.map { $0[place] })
      )
    }
    byConfidence = ConfidenceBand.thirds(columns)
    byCorrectness = [true, false].compactMap { isRight in
      let rows = columns.correct.indices.filter { columns.correct[$0] == isRight }
      return rows.isEmpty ? nil : (isRight, RowGroup(columns, rows: rows))
    }
    plausibility = try columns.plausibility.map { name, values throws(AssayError) in
      (name, MeanEstimate(values, try bootstrap("plausibility.\(name)")))
    }.filter { $0.estimate.count > 0 }
    curves = columns.curves.compactMap { check, values in
      let drawn = values.compactMap { $0 }
      return DeletionCurve.mean(drawn).map {
        MeanCurve(check: check, count: drawn.count, curve: $0)
      }
    }
    try execution.checkCancellation()
    persistence = Persistence(
      tests.filter { Persistence.references.contains($0.method) }.map(\.test),
      supported: RowGroup.supported(columns))
    (mostTrustworthy, leastTrustworthy) = RankedRow.extremes(columns)
  }

  /// The outcomes of a check, the best first.
  static let outcomes = [Outcome.supports, .inconclusive, .contradicts, .notApplicable].map(
    \.rawValue)
  /// The outcomes of a condition, the best first.
  static let conditionOutcomes = [
    ConditionResult.Outcome.supported, .inconclusive, .contradicted, .notApplicable,
  ].map(\.rawValue)
}

/// The mean of one cell of an agreement matrix, and over how many rows.
package struct PairMean: Sendable, Equatable {
  package let count: Int
  /// nil where no row has the cell.
  package let mean: Double?

  static func all(
    _ rows: [[Double?]], pairs: Int, _ execution: Execution
  ) throws(AssayError) -> [PairMean] {
    try (0..<pairs).map { pair throws(AssayError) in
      try execution.checkCancellation()
      let defined = rows.compactMap { $0[pair] }
      return PairMean(count: defined.count, mean: defined.mean)
    }
  }
}
