import Tensors

/// How one number is distributed over rows.
package struct ValueDistribution: Sendable {
  /// What is said where at least one value is defined.
  package struct Summary: Sendable {
    package let mean: Double
    package let median: Double
    /// The median's bootstrap interval.
    package let interval: ClosedRange<Double>
    /// The 5, 25, 75 and 95 % quantiles by share.
    package let quantiles: [(share: Double, value: Double)]
    package let minimum: Double
    package let maximum: Double
    package let histogram: Histogram
  }

  /// How many rows have the number.
  package let count: Int
  /// How many do not.
  package let undefined: Int
  /// nil where no row has it.
  package let summary: Summary?

  package init(_ values: [Double?], _ bootstrap: Bootstrap) {
    let defined = values.compactMap { $0 }
    count = defined.count
    undefined = values.count - defined.count
    guard let mean = defined.mean, let interval = bootstrap.median(defined) else {
      summary = nil
      return
    }
    let ordered = Ordered(defined)
    summary = Summary(
      mean: mean, median: ordered.median, interval: interval,
      quantiles: [0.05, 0.25, 0.75, 0.95].map { ($0, ordered.quantile($0)) },
      minimum: ordered.quantile(0), maximum: ordered.quantile(1), histogram: Histogram(ordered))
  }
}

/// How many values lie in each of several parts of equal width.
package struct Histogram: Sendable, Equatable {
  /// One more than there are parts, ascending.
  package let edges: [Double]
  package let counts: [Int]

  /// The parts reach from the smallest value to the largest, which belongs to the last one; where all
  /// are equal or too close for edges between them, half a unit further to both sides.
  /// - Precondition: there are values.
  package init(_ ordered: Ordered, parts: Int = 24) {
    var (low, high) = (ordered.quantile(0), ordered.quantile(1))
    func edges() -> [Double] {
      let step = (high - low) / Double(parts)
      return (0...parts).map { $0 == parts ? high : low + Double($0) * step }
    }
    if zip(edges(), edges().dropFirst()).contains(where: { $0 >= $1 }) {
      (low, high) = (low - 0.5, high + 0.5)
    }
    let edges = edges()
    var counts = [Int](repeating: 0, count: parts)
    for value in ordered.values {
      var part = min(Int(saturating: (value - low) / (high - low) * Double(parts)), parts - 1)
      // The quotient may round across an edge; the edges decide.
      if value < edges[part] { part -= 1 }
      if part < parts - 1, value >= edges[part + 1] { part += 1 }
      counts[part] += 1
    }
    self.edges = edges
    self.counts = counts
  }
}
