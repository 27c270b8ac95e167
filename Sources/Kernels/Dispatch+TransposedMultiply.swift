// Products with a transposed weight, on the instruction sets that read panels both ways.

extension PackedMatrix {
  /// Whether the kernels that it was packed for can read its panels both ways.
  package var isReadBothWays: Bool {
    switch kernels {
    case .v3: V3.readsTransposed(rows: rows, columns: columns)
    case .v4: V4.readsTransposed(rows: rows, columns: columns)
    case .baseline, .v4BFloat16: false
    }
  }
}

/// Tiles of a matrix that is read both ways.
func transposedTiles(of b: PackedMatrix) -> Int {
  b.kernels == .v4 ? V4.transposedTiles(rows: b.rows) : V3.transposedTiles(rows: b.rows)
}

/// Floats of scratch memory that a block of tiles × panels needs.
func transposedScratchCount(tiles: Int, panels: Int, on kernels: ProductKernels) -> Int {
  kernels == .v4
    ? V4.transposedScratchCount(tiles: tiles, panels: panels)
    : V3.transposedScratchCount(tiles: tiles, panels: panels)
}

/// One block of a product with the transpose of `b`, whose other operand is packed in `transposed`.
/// - Precondition: `isReadBothWays`.
func multiplyTransposedBlock(
  _ b: PackedMatrix, _ transposed: UnsafePointer<Float>, rows: Int, panels: Range<Int>,
  tiles: Range<Int>, into out: UnsafeMutablePointer<Float>, rowStride: Int
) {
  let count = transposedScratchCount(tiles: tiles.count, panels: panels.count, on: b.kernels)
  let scratch = ThreadState.withCurrent { $0.floats(count, for: .block) }
  if b.kernels == .v4 {
    V4.multiplyTransposed(
      b.panels, rows: b.rows, columns: b.columns, transposed: transposed, outRows: rows,
      firstPanel: panels.lowerBound, lastPanel: panels.upperBound, first: tiles.lowerBound,
      last: tiles.upperBound, into: out, outStride: rowStride, scratch: scratch)
  } else {
    V3.multiplyTransposed(
      b.panels, rows: b.rows, columns: b.columns, transposed: transposed, outRows: rows,
      firstPanel: panels.lowerBound, lastPanel: panels.upperBound, first: tiles.lowerBound,
      last: tiles.upperBound, into: out, outStride: rowStride, scratch: scratch)
  }
}
