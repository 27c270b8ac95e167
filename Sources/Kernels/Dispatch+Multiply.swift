// Products of the chosen instruction set and precision.

/// Columns of one packed panel.
func panelColumns(on kernels: ProductKernels) -> Int {
  switch kernels {
  case .baseline: Baseline.panelColumns
  case .v3: V3.panelColumns
  case .v4: V4.panelColumns
  case .v4BFloat16: V4BFloat16.panelColumns
  }
}

/// Rows of the register tile.
func tileRows(on kernels: ProductKernels) -> Int {
  switch kernels {
  case .baseline: Baseline.tileRows
  case .v3: V3.tileRows
  case .v4: V4.tileRows
  case .v4BFloat16: V4BFloat16.tileRows
  }
}

/// Floats of scratch memory that packing needs.
private func packScratchCount(on kernels: ProductKernels) -> Int {
  switch kernels {
  case .baseline: Baseline.packScratchCount
  case .v3: V3.packScratchCount
  case .v4: V4.packScratchCount
  case .v4BFloat16: V4BFloat16.packScratchCount
  }
}

/// Packs panels `first..<last` of `b`; `target` is the start of the whole packed matrix.
func packPanels(
  _ b: Matrix, first: Int, last: Int, into target: UnsafeMutablePointer<Float>,
  on kernels: ProductKernels
) {
  let scratch = ThreadState.withCurrent {
    $0.floats(packScratchCount(on: kernels), for: .block)
  }
  switch kernels {
  case .baseline:
    Baseline.packPanels(
      b.base, depth: b.rows, columns: b.columns, depthStride: b.rowStride,
      columnStride: b.columnStride, first: first, last: last, into: target, scratch: scratch)
  case .v3:
    V3.packPanels(
      b.base, depth: b.rows, columns: b.columns, depthStride: b.rowStride,
      columnStride: b.columnStride, first: first, last: last, into: target, scratch: scratch)
  case .v4:
    V4.packPanels(
      b.base, depth: b.rows, columns: b.columns, depthStride: b.rowStride,
      columnStride: b.columnStride, first: first, last: last, into: target, scratch: scratch)
  case .v4BFloat16:
    V4BFloat16.packPanels(
      b.base, depth: b.rows, columns: b.columns, depthStride: b.rowStride,
      columnStride: b.columnStride, first: first, last: last, into: target, scratch: scratch)
  }
}

/// Floats of scratch memory that one block needs.
private func scratchCount(rows: Int, depth: Int, panels: Int, on kernels: ProductKernels) -> Int {
  switch kernels {
  case .baseline:
    Baseline.scratchCount(rows: rows, depth: depth, panels: panels)
  case .v3:
    V3.scratchCount(rows: rows, depth: depth, panels: panels)
  case .v4:
    V4.scratchCount(rows: rows, depth: depth, panels: panels)
  case .v4BFloat16:
    V4BFloat16.scratchCount(rows: rows, depth: depth, panels: panels)
  }
}

/// One block of a product: all rows of `a`, the panels in `range`; `out` starts at column 0.
func multiplyBlock(
  _ a: Matrix, panels: UnsafePointer<Float>, columns: Int, range: Range<Int>,
  into out: UnsafeMutablePointer<Float>, rowStride: Int, epilogue: Epilogue,
  on kernels: ProductKernels
) {
  let count = scratchCount(rows: a.rows, depth: a.columns, panels: range.count, on: kernels)
  let scratch = ThreadState.withCurrent { $0.floats(count, for: .block) }
  switch kernels {
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
  case .v4BFloat16:
    V4BFloat16.multiplyBlock(
      a.base, rowStride: a.rowStride, columnStride: a.columnStride, rows: a.rows,
      depth: a.columns, panels: panels, columns: columns, first: range.lowerBound,
      last: range.upperBound, into: out, outStride: rowStride, scale: epilogue.scale,
      bias: epilogue.bias, activation: epilogue.activation.code,
      preactivation: epilogue.preactivation, residual: epilogue.residual,
      accumulate: epilogue.accumulate, scratch: scratch)
  }
}
