import Tensors

/// The factor L of a symmetric positive definite matrix A = L Lᵀ, in double precision.
package struct Cholesky: Sendable {
  private let factor: [Double]
  private let count: Int

  /// - Parameter matrix: `[count · count]`, symmetric.
  /// - Returns: nil unless every pivot exceeds 1e-12 of the largest diagonal entry, and for a caller who
  ///   has asked to stop.
  /// - Complexity: O(count³).
  package init?(_ matrix: [Double], count: Int, _ execution: Execution = Execution()) {
    var factor = matrix
    let largest = (0..<count).reduce(0.0) { max($0, matrix[$1 * count + $1]) }
    for column in 0..<count {
      guard execution.goesOn() else { return nil }
      for row in column..<count {
        var value = factor[row * count + column]
        for k in 0..<column { value -= factor[row * count + k] * factor[column * count + k] }
        if row == column {
          guard value > 1e-12 * largest else { return nil }
          factor[row * count + column] = value.squareRoot()
        } else {
          factor[row * count + column] = value / factor[column * count + column]
        }
      }
    }
    self.factor = factor
    self.count = count
  }

  /// The x with A x = right.
  package func solve(_ right: [Double]) -> [Double] {
    var x = right
    for row in 0..<count {
      for k in 0..<row { x[row] -= factor[row * count + k] * x[k] }
      x[row] /= factor[row * count + row]
    }
    for row in stride(from: count - 1, through: 0, by: -1) {
      for k in row + 1..<max(count, row + 1) { x[row] -= factor[k * count + row] * x[k] }
      x[row] /= factor[row * count + row]
    }
    return x
  }
}
