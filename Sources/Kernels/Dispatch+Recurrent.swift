// Recurrent kernels of the chosen instruction set, single-threaded.

/// One time step of LSTM cells: c = σ(f) ⊙ c₋₁ + σ(i) ⊙ tanh(g) and h = σ(o) ⊙ tanh(c).
///
/// `gates`, [rows, 4 · units] in the order i, f, g, o, holds the values before the activations and
/// receives those after. `previous` is c₋₁ [rows, units], nil for zeros.
package func lstmForward(
  _ gates: UnsafeMutablePointer<Float>, previous: UnsafePointer<Float>?,
  cells: UnsafeMutablePointer<Float>, hidden: UnsafeMutablePointer<Float>, rows: Int, units: Int,
  on instructionSet: InstructionSet = .active
) {
  switch instructionSet {
  case .baseline:
    Baseline.lstmForward(
      gates, previous: previous, cells: cells, hidden: hidden, rows: rows, units: units)
  case .v3:
    V3.lstmForward(
      gates, previous: previous, cells: cells, hidden: hidden, rows: rows, units: units)
  case .v4:
    V4.lstmForward(
      gates, previous: previous, cells: cells, hidden: hidden, rows: rows, units: units)
  }
}

/// The cotangents of a step's gates before their activations, and of the cells before the step.
///
/// - Parameters:
///   - gates: after their activations, as `lstmForward` left them.
///   - hiddenCotangent: that of h, [rows, units].
///   - cellCotangent: that of c as the next step left it; receives that of c₋₁.
package func lstmBackward(
  _ gates: UnsafePointer<Float>, previous: UnsafePointer<Float>?, cells: UnsafePointer<Float>,
  hiddenCotangent: UnsafePointer<Float>, cellCotangent: UnsafeMutablePointer<Float>,
  into gateCotangent: UnsafeMutablePointer<Float>, rows: Int, units: Int,
  on instructionSet: InstructionSet = .active
) {
  switch instructionSet {
  case .baseline:
    Baseline.lstmBackward(
      gates, previous: previous, cells: cells, hiddenCotangent: hiddenCotangent,
      cellCotangent: cellCotangent, into: gateCotangent, rows: rows, units: units)
  case .v3:
    V3.lstmBackward(
      gates, previous: previous, cells: cells, hiddenCotangent: hiddenCotangent,
      cellCotangent: cellCotangent, into: gateCotangent, rows: rows, units: units)
  case .v4:
    V4.lstmBackward(
      gates, previous: previous, cells: cells, hiddenCotangent: hiddenCotangent,
      cellCotangent: cellCotangent, into: gateCotangent, rows: rows, units: units)
  }
}
