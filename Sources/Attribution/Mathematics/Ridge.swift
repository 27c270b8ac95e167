import Tensors

/// Weighted ridge regression on the presence of players, with a free intercept:
/// min Σ w (y − b − φ·z)² + penalty ‖φ‖².
struct Ridge: Sendable {
  let values: [Double]
  let intercept: Double
  /// From the weighted residuals of the fit (White 1980), which ignore the penalty's bias.
  let standardErrors: [Double]

  /// - Returns: nil when the sample does not determine the coefficients.
  /// - Throws: `memory`, `cancelled`.
  init?(
    _ sample: [WeightedCoalition], _ observed: [Double], penalty: Double, count: Int,
    _ execution: Execution = Execution()
  ) throws(AssayError) {
    try Memory.require(square: count, for: "a fit")
    let mass = sample.reduce(0) { $0 + $1.weight }
    var centre = [Double](repeating: 0, count: count)
    var mean = 0.0
    for (draw, y) in zip(sample, observed) {
      try execution.checkCancellation()
      mean += draw.weight * y / mass
      for player in draw.coalition.members { centre[player] += draw.weight / mass }
    }
    var matrix = [Double](repeating: 0, count: count * count)
    var right = [Double](repeating: 0, count: count)
    for (draw, y) in zip(sample, observed) {
      try execution.checkCancellation()
      let members = draw.coalition.members
      for row in members {
        right[row] += draw.weight * (y - mean)
        for column in members { matrix[row * count + column] += draw.weight }
      }
    }
    // Σ w (z − z̄)(z − z̄)ᵀ = Σ w z zᵀ − mass z̄ z̄ᵀ.
    for row in 0..<count {
      for column in 0..<count {
        matrix[row * count + column] -= mass * centre[row] * centre[column]
      }
      matrix[row * count + row] += penalty
    }
    let factor = Cholesky(matrix, count: count, execution)
    try execution.checkCancellation()
    guard let factor else { return nil }
    let values = factor.solve(right)
    let intercept = mean - zip(centre, values).reduce(0) { $0 + $1.0 * $1.1 }
    var variances = [Double](repeating: 0, count: count)
    for (draw, y) in zip(sample, observed) {
      try execution.checkCancellation()
      let fitted = draw.coalition.members.reduce(intercept) { $0 + values[$1] }
      let push = (0..<count).map { player in
        draw.weight * (y - fitted) * ((draw.coalition.contains(player) ? 1 : 0) - centre[player])
      }
      for (player, move) in factor.solve(push).enumerated() { variances[player] += move * move }
    }
    self.values = values
    self.intercept = intercept
    standardErrors = variances.map { $0.squareRoot() }
  }
}
