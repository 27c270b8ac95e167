import Tensors

/// The Gauss–Legendre rule on [0, 1]: exact for polynomials up to degree 2n − 1.
package struct GaussLegendre: Sendable {
  package let nodes: [Double]
  package let weights: [Double]

  /// Newton's method on the Legendre polynomial from Tricomi's starting points.
  /// - Throws: `cancelled`.
  /// - Complexity: O(count²).
  package init(_ count: Int, _ execution: Execution = Execution()) throws(AssayError) {
    var nodes = [Double](repeating: 0, count: count)
    var weights = nodes
    for index in 0..<count {
      try execution.checkCancellation()
      var x = cosine(Double.pi * (Double(index) + 0.75) / (Double(count) + 0.5))
      var slope = 1.0
      for _ in 0..<100 {
        var (previous, current) = (1.0, x)
        for degree in stride(from: 2, through: count, by: 1) {
          let k = Double(degree)
          (previous, current) = (current, ((2 * k - 1) * x * current - (k - 1) * previous) / k)
        }
        slope = Double(count) * (x * current - previous) / (x * x - 1)
        let step = current / slope
        x -= step
        if abs(step) < 1e-15 { break }
      }
      nodes[count - 1 - index] = (1 + x) / 2
      weights[count - 1 - index] = 1 / ((1 - x * x) * slope * slope)
    }
    self.nodes = nodes
    self.weights = weights
  }
}
