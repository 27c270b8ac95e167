import Tensors

/// A coalition and how much it counts in a fit.
struct WeightedCoalition: Sendable {
  let coalition: Coalition
  let weight: Double

  init(_ coalition: Coalition, weight: Double) {
    self.coalition = coalition
    self.weight = weight
  }
}

/// The additive game closest to observed values that shares out a given total:
/// min Σ_S w (Σ_t∈S φ_t − y_S)² subject to Σ φ = total.
///
/// With A = Σ w z zᵀ and b = Σ w z y, φ = P b + A⁻¹1 total/(1ᵀA⁻¹1) where
/// P = A⁻¹ − A⁻¹1 1ᵀA⁻¹/(1ᵀA⁻¹1) (Lundberg & Lee 2017; Covert & Lee 2021, eq. 7).
struct LeastSquares: Sendable {
  let values: [Double]
  /// From the residuals of consecutive pairs, which are drawn together.
  let standardErrors: [Double]

  /// - Returns: nil when the coalitions do not determine φ.
  /// - Throws: `memory`, `cancelled`.
  init?(
    _ sample: [WeightedCoalition], _ observed: [Double], total: Double, count: Int,
    _ execution: Execution = Execution()
  ) throws(AssayError) {
    guard count > 1 else {
      values = [total]
      standardErrors = [0]
      return
    }
    try Memory.require(square: count, for: "a fit")
    var matrix = [Double](repeating: 0, count: count * count)
    var right = [Double](repeating: 0, count: count)
    for (draw, y) in zip(sample, observed) {
      try execution.checkCancellation()
      let members = draw.coalition.members
      for row in members {
        right[row] += draw.weight * y
        for column in members { matrix[row * count + column] += draw.weight }
      }
    }
    let factor = Cholesky(matrix, count: count, execution)
    try execution.checkCancellation()
    guard let factor else { return nil }
    let ones = factor.solve(Array(repeating: 1, count: count))
    let mass = ones.reduce(0, +)
    func projected(_ vector: [Double], sharing total: Double) -> [Double] {
      let free = factor.solve(vector)
      let excess = (free.reduce(0, +) - total) / mass
      return zip(free, ones).map { $0 - excess * $1 }
    }
    let values = projected(right, sharing: total)
    var variances = [Double](repeating: 0, count: count)
    for pair in stride(from: 0, to: sample.count - 1, by: 2) {
      try execution.checkCancellation()
      var push = [Double](repeating: 0, count: count)
      for index in pair...pair + 1 {
        let members = sample[index].coalition.members
        let residual = observed[index] - members.reduce(0) { $0 + values[$1] }
        for player in members { push[player] += sample[index].weight * residual }
      }
      for (player, move) in projected(push, sharing: 0).enumerated() {
        variances[player] += move * move
      }
    }
    self.values = values
    standardErrors = variances.map { $0.squareRoot() }
  }
}
