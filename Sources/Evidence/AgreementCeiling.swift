/// What an explanation reaches against itself, made again with other seeds, steps or baselines.
public struct Ceiling: Sendable, Equatable {
  /// The median over all pairs of repetitions, or nil when none has a value.
  public let median: Double?
  /// How many pairs had a value.
  public let pairs: Int
  /// How many pairs were undefined.
  public let undefined: Int

  /// The ceiling of each statistic, nil when there are fewer than two repetitions.
  static func measure(
    _ repeats: [[Double]], _ statistics: [AgreementStatistic], k: Int
  ) -> [Ceiling?] {
    guard repeats.count > 1 else { return statistics.map { _ in nil } }
    var values = [[Double]](repeating: [], count: statistics.count)
    var pairs = 0
    for (index, first) in repeats.enumerated() {
      for second in repeats[(index + 1)...] {
        pairs += 1
        if problem(first, second, needed: 2) != nil { continue }
        let pair = ScorePair(Ranking(first), Ranking(second), k: k)
        for (entry, statistic) in statistics.enumerated() {
          if let value = statistic.measure(pair).value { values[entry].append(value) }
        }
      }
    }
    return values.map { found in
      Ceiling(
        median: found.isEmpty ? nil : Evidence.median(found), pairs: found.count,
        undefined: pairs - found.count)
    }
  }
}
