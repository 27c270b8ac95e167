// Matrix kernels of the chosen instruction set.

/// Columns of one packed panel.
func panelColumns(on instructionSet: InstructionSet) -> Int {
  switch instructionSet {
  case .baseline: Baseline.panelColumns
  case .v3: V3.panelColumns
  case .v4: V4.panelColumns
  }
}

/// Rows of the register tile.
func tileRows(on instructionSet: InstructionSet) -> Int {
  switch instructionSet {
  case .baseline: Baseline.tileRows
  case .v3: V3.tileRows
  case .v4: V4.tileRows
  }
}

/// Packs panels `first..<last` of `b`; `target` is the start of the whole packed matrix.
func packPanels(
  _ b: Matrix, first: Int, last: Int, into target: UnsafeMutablePointer<Float>,
  on instructionSet: InstructionSet
) {
  switch instructionSet {
  case .baseline:
    Baseline.packPanels(
      b.base, depth: b.rows, columns: b.columns, depthStride: b.rowStride,
      columnStride: b.columnStride, first: first, last: last, into: target)
  case .v3:
    V3.packPanels(
      b.base, depth: b.rows, columns: b.columns, depthStride: b.rowStride,
      columnStride: b.columnStride, first: first, last: last, into: target)
  case .v4:
    V4.packPanels(
      b.base, depth: b.rows, columns: b.columns, depthStride: b.rowStride,
      columnStride: b.columnStride, first: first, last: last, into: target)
  }
}

/// Floats of scratch memory that one block needs.
private func scratchCount(
  rows: Int, depth: Int, panels: Int, on instructionSet: InstructionSet
) -> Int {
  switch instructionSet {
  case .baseline:
    Baseline.scratchCount(rows: rows, depth: depth, panels: panels)
  case .v3:
    V3.scratchCount(rows: rows, depth: depth, panels: panels)
  case .v4:
    V4.scratchCount(rows: rows, depth: depth, panels: panels)
  }
}

/// One block of a product: all rows of `a`, the panels in `range`; `out` starts at column 0.
func multiplyBlock(
  _ a: Matrix, panels: UnsafePointer<Float>, columns: Int, range: Range<Int>,
  into out: UnsafeMutablePointer<Float>, rowStride: Int, epilogue: Epilogue,
  on instructionSet: InstructionSet
) {
  let scratch = ThreadState.current.floats(
    scratchCount(rows: a.rows, depth: a.columns, panels: range.count, on: instructionSet),
    for: .block)
  switch instructionSet {
  case .baseline:
    Baseline.multiplyBlock(
      a.base, rowStride: a.rowStride, columnStride: a.columnStride, rows: a.rows,
      depth: a.columns, panels: panels, columns: columns, first: range.lowerBound,
      last: range.upperBound, into: out, outStride: rowStride, scale: epilogue.scale,
      bias: epilogue.bias, activation: epilogue.activation.code,
      preactivation: epilogue.preactivation, residual: epilogue.residual,
      accumulate: epilogue.accumulate, scratch: scratch)
  case .v3:
    V3.multiplyBlock(
      a.base, rowStride: a.rowStride, columnStride: a.columnStride, rows: a.rows,
      depth: a.columns, panels: panels, columns: columns, first: range.lowerBound,
      last: range.upperBound, into: out, outStride: rowStride, scale: epilogue.scale,
      bias: epilogue.bias, activation: epilogue.activation.code,
      preactivation: epilogue.preactivation, residual: epilogue.residual,
      accumulate: epilogue.accumulate, scratch: scratch)
  case .v4:
    V4.multiplyBlock(
      a.base, rowStride: a.rowStride, columnStride: a.columnStride, rows: a.rows,
      depth: a.columns, panels: panels, columns: columns, first: range.lowerBound,
      last: range.upperBound, into: out, outStride: rowStride, scale: epilogue.scale,
      bias: epilogue.bias, activation: epilogue.activation.code,
      preactivation: epilogue.preactivation, residual: epilogue.residual,
      accumulate: epilogue.accumulate, scratch: scratch)
  }
}
