/// Means and standard errors of vectors that arrive one by one (Welford 1962).
package struct Moments: Sendable {
  package private(set) var means: [Double]
  private var squares: [Double]
  private var samples = 0

  package init(count: Int) {
    means = Array(repeating: 0, count: count)
    squares = means
  }

  package mutating func add(_ sample: [Double]) {
    samples += 1
    for index in means.indices {
      let change = sample[index] - means[index]
      means[index] += change / Double(samples)
      squares[index] += change * (sample[index] - means[index])
    }
  }

  /// The standard deviation of the mean; zero for fewer than two samples, which show no spread.
  package var standardErrors: [Double] {
    guard samples > 1 else { return squares.map { _ in 0 } }
    return squares.map { ($0 / Double(samples - 1) / Double(samples)).squareRoot() }
  }
}
