/// A mean over rows with its bootstrap interval.
package struct MeanEstimate: Sendable, Equatable {
  /// Over how many values.
  package let count: Int
  /// The mean; nil of nothing.
  package let mean: Double?
  /// Where it lies in 95 of 100 resamples; nil of nothing.
  package let interval: ClosedRange<Double>?

  /// The mean of what is defined.
  package init(_ values: [Double?], _ bootstrap: Bootstrap) {
    let defined = values.compactMap { $0 }
    count = defined.count
    mean = defined.mean
    interval = bootstrap.mean(defined)
  }
}
