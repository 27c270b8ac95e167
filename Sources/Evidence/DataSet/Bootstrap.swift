import Tensors

/// How far a number of many rows would move if other rows of the same kind had been drawn: the
/// percentile bootstrap (Efron & Tibshirani 1993, chapter 13).
package struct Bootstrap: Sendable {
  /// Resamples of the rows: for percentiles fewer are too coarse (Efron & Tibshirani 1993, p. 188).
  package static let draws = 1000
  /// The share of resamples that an interval holds.
  package static let level = 0.95

  private let execution: Execution
  private let source: RandomSource

  /// - Parameters:
  ///   - execution: the call, whose seed keys the resamples and which may be stopped: an interval is
  ///     then of no use.
  ///   - purpose: what the interval is of: each has random numbers of its own, so that none depends
  ///     on which others were asked for.
  package init(_ execution: Execution, _ purpose: String) {
    self.execution = execution
    source = execution.random("bootstrap.\(purpose)")
  }

  /// The interval of the mean; nil of nothing.
  package func mean(_ values: [Double]) -> ClosedRange<Double>? {
    mean(clusters: values.map { [$0] })
  }

  /// The interval of the mean of all values when whole clusters are drawn: values of one text are
  /// no independent evidence (Cameron, Gelbach & Miller 2008).
  package func mean(clusters: [[Double]]) -> ClosedRange<Double>? {
    let sums = clusters.map { (sum: $0.compensatedSum, count: Double($0.count)) }
    return interval(of: clusters.count) { places in
      var (sum, count) = (0.0, 0.0)
      for place in places {
        sum += sums[place].sum
        count += sums[place].count
      }
      return sum / count
    }
  }

  /// The interval of the median; nil of nothing.
  package func median(_ values: [Double]) -> ClosedRange<Double>? {
    let ordered = Ordered(values).values
    let count = ordered.count
    var drawn = [Int](repeating: 0, count: count)
    return interval(of: count) { places in
      for rank in drawn.indices { drawn[rank] = 0 }
      for rank in places { drawn[rank] += 1 }
      // Places rather than values were drawn, so counting them sorts the resample.
      var (rank, below) = (0, drawn[0])
      while below <= (count - 1) / 2 { (rank, below) = (rank + 1, below + drawn[rank + 1]) }
      let low = ordered[rank]
      while below <= count / 2 { (rank, below) = (rank + 1, below + drawn[rank + 1]) }
      return (low + ordered[rank]) / 2
    }
  }

  /// The middle of what `statistic` gives for resamples of `count` places; nil of nothing, and where
  /// the caller stops the call.
  package func interval(
    of count: Int, _ statistic: (_ places: [Int]) -> Double
  ) -> ClosedRange<Double>? {
    guard count > 0 else { return nil }
    var places = [Int](repeating: 0, count: count)
    var values: [Double] = []
    for index in 0..<Bootstrap.draws {
      guard execution.goesOn() else { return nil }
      var draw = source.draw(index)
      for place in places.indices { places[place] = draw.integer(below: count) }
      values.append(statistic(places))
    }
    let ordered = Ordered(values)
    let tail = (1 - Bootstrap.level) / 2
    return ordered.quantile(tail)...ordered.quantile(1 - tail)
  }
}
