// Row kernels of the chosen instruction set, single-threaded: [rows, columns] without gaps.

/// x = softmax(x + mask) in place for every row.
///
/// `mask`, when given, holds one added value per column. A row in which everything is −∞ becomes
/// zeros; a NaN makes its row NaN.
package func softmaxRows(
  _ x: UnsafeMutablePointer<Float>, rows: Int, columns: Int,
  mask: UnsafePointer<Float>? = nil,
  on instructionSet: InstructionSet = .active
) {
  switch instructionSet {
  case .baseline:
    Baseline.softmaxRows(x, rows: rows, columns: columns, mask: mask)
  case .v3:
    V3.softmaxRows(x, rows: rows, columns: columns, mask: mask)
  case .v4:
    V4.softmaxRows(x, rows: rows, columns: columns, mask: mask)
  }
}

/// dx = scale · y ⊙ (dy − ⟨y, dy⟩) row by row, for y = softmax(scale · x); `dx` may be `dy`.
package func softmaxBackwardRows(
  _ y: UnsafePointer<Float>, _ dy: UnsafePointer<Float>, into dx: UnsafeMutablePointer<Float>,
  rows: Int, columns: Int, scale: Float = 1,
  on instructionSet: InstructionSet = .active
) {
  switch instructionSet {
  case .baseline:
    Baseline.softmaxBackwardRows(y, dy, into: dx, rows: rows, columns: columns, scale: scale)
  case .v3:
    V3.softmaxBackwardRows(y, dy, into: dx, rows: rows, columns: columns, scale: scale)
  case .v4:
    V4.softmaxBackwardRows(y, dy, into: dx, rows: rows, columns: columns, scale: scale)
  }
}

/// y = gamma ⊙ (s − mean s) · r + beta with s = x + residual and r = 1 / √(variance s + epsilon).
///
/// `sum`, `mean` ([rows]) and `reciprocalDeviation` ([rows]) receive s, the means and the r when
/// they are not nil. `y` may be `x`.
package func layerNormRows(
  _ x: UnsafePointer<Float>, residual: UnsafePointer<Float>? = nil,
  gamma: UnsafePointer<Float>, beta: UnsafePointer<Float>, epsilon: Float,
  into y: UnsafeMutablePointer<Float>, sum: UnsafeMutablePointer<Float>? = nil,
  mean: UnsafeMutablePointer<Float>? = nil,
  reciprocalDeviation: UnsafeMutablePointer<Float>? = nil, rows: Int, columns: Int,
  on instructionSet: InstructionSet = .active
) {
  switch instructionSet {
  case .baseline:
    Baseline.layerNormRows(
      x, residual: residual, gamma: gamma, beta: beta, epsilon: epsilon, into: y, sum: sum,
      mean: mean, reciprocalDeviation: reciprocalDeviation, rows: rows, columns: columns)
  case .v3:
    V3.layerNormRows(
      x, residual: residual, gamma: gamma, beta: beta, epsilon: epsilon, into: y, sum: sum,
      mean: mean, reciprocalDeviation: reciprocalDeviation, rows: rows, columns: columns)
  case .v4:
    V4.layerNormRows(
      x, residual: residual, gamma: gamma, beta: beta, epsilon: epsilon, into: y, sum: sum,
      mean: mean, reciprocalDeviation: reciprocalDeviation, rows: rows, columns: columns)
  }
}

/// The backward of `layerNormRows`: dx = r · (g − mean g − n · mean(g ⊙ n)), g = dy ⊙ gamma.
///
/// `x` is what was normalised (`sum`, if there was a residual). dgamma and dbeta are added to, row
/// after row, when not nil; calls on several row ranges must be summed in a fixed order to keep
/// results independent of the threads. `dx` may be `dy`.
package func layerNormBackwardRows(
  _ x: UnsafePointer<Float>, _ dy: UnsafePointer<Float>, gamma: UnsafePointer<Float>,
  mean: UnsafePointer<Float>, reciprocalDeviation: UnsafePointer<Float>,
  into dx: UnsafeMutablePointer<Float>, dgamma: UnsafeMutablePointer<Float>? = nil,
  dbeta: UnsafeMutablePointer<Float>? = nil, rows: Int, columns: Int,
  on instructionSet: InstructionSet = .active
) {
  switch instructionSet {
  case .baseline:
    Baseline.layerNormBackwardRows(
      x, dy, gamma: gamma, mean: mean, reciprocalDeviation: reciprocalDeviation, into: dx,
      dgamma: dgamma, dbeta: dbeta, rows: rows, columns: columns)
  case .v3:
    V3.layerNormBackwardRows(
      x, dy, gamma: gamma, mean: mean, reciprocalDeviation: reciprocalDeviation, into: dx,
      dgamma: dgamma, dbeta: dbeta, rows: rows, columns: columns)
  case .v4:
    V4.layerNormBackwardRows(
      x, dy, gamma: gamma, mean: mean, reciprocalDeviation: reciprocalDeviation, into: dx,
      dgamma: dgamma, dbeta: dbeta, rows: rows, columns: columns)
  }
}
