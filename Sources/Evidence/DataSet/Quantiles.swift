import Tensors

/// Numbers in ascending order, and what stands at any share of them.
package struct Ordered: Sendable {
  package let values: [Double]

  /// - Precondition: no value is NaN.
  package init(_ values: [Double]) {
    self.values = values.sorted()
  }

  /// The value below which a share of the values lies, between two neighbours in proportion
  /// (Hyndman & Fan 1996, definition 7, which numpy and R use).
  /// - Precondition: there are values, and `share` is in 0...1.
  package func quantile(_ share: Double) -> Double {
    let place = share * Double(values.count - 1)
    let index = min(Int(saturating: place), values.count - 1)
    let (low, high) = (values[index], values[min(index + 1, values.count - 1)])
    let part = place - Double(index)
    // From the nearer end, so that both ends come out exact.
    return part < 0.5 ? low + (high - low) * part : high - (high - low) * (1 - part)
  }

  /// The middle value, or the middle between both.
  /// - Precondition: there are values.
  package var median: Double { quantile(0.5) }
}
