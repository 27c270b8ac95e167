extension Collection where Element == Double {
  /// The sum, with what rounding loses carried along (Neumaier 1974): the error does not grow with
  /// the number of values, so an answer over many rows keeps its digits.
  package var compensatedSum: Double {
    var (sum, lost) = (0.0, 0.0)
    for value in self {
      let next = sum + value
      lost += abs(sum) >= abs(value) ? (sum - next) + value : (value - next) + sum
      sum = next
    }
    return sum + lost
  }

  /// The mean, or nil of nothing.
  package var mean: Double? { isEmpty ? nil : compensatedSum / Double(count) }
}
