// The matrix product: a grid of blocks over the threads. How the grid is cut never changes a bit of
// the result, because every element is the sum over k in the same order whatever block it is in.

/// out = epilogue(a · b) for `a` [m, k] and the packed `b` [k, n]; out is [m, n] with `rowStride`.
///
/// If the poll of `parallel` cancels, blocks of out are left unwritten.
package func multiply(
  _ a: Matrix, _ b: PackedMatrix, into out: UnsafeMutablePointer<Float>, rowStride: Int,
  epilogue: Epilogue = Epilogue(), parallel: Parallel = .serial
) {
  WorkCounters.count(products: 1, multiplyAdds: a.rows * b.rows * b.columns)
  multiply(
    a, panels: b.panels, columns: b.columns, into: out, rowStride: rowStride, epilogue: epilogue,
    parallel: parallel, on: b.kernels)
}

/// out = epilogue(a · b) for two plain matrices: `b` is packed on the way.
package func multiply(
  _ a: Matrix, _ b: Matrix, into out: UnsafeMutablePointer<Float>, rowStride: Int,
  epilogue: Epilogue = Epilogue(), parallel: Parallel = .serial,
  on instructionSet: InstructionSet = .active
) {
  WorkCounters.count(products: 1, multiplyAdds: a.rows * b.rows * b.columns)
  packAndMultiply(
    a, b, into: out, rowStride: rowStride, epilogue: epilogue, parallel: parallel,
    on: instructionSet)
}

/// out (+)= scale · a · b on the calling thread, for the small matrices inside a parallel loop, whose
/// caller counts the work of all of them.
///
/// Its scratch memory belongs to the thread, so nothing is allocated once it has grown.
package func multiplySerial(
  _ a: Matrix, _ b: Matrix, into out: UnsafeMutablePointer<Float>, rowStride: Int,
  scale: Float = 1, accumulate: Bool = false, on instructionSet: InstructionSet = .active
) {
  packAndMultiply(
    a, b, into: out, rowStride: rowStride,
    epilogue: Epilogue(scale: scale, accumulate: accumulate), parallel: .serial,
    on: instructionSet)
}

private func packAndMultiply(
  _ a: Matrix, _ b: Matrix, into out: UnsafeMutablePointer<Float>, rowStride: Int,
  epilogue: Epilogue, parallel: Parallel, on instructionSet: InstructionSet
) {
  let state = ThreadState.current
  let kernels = ProductKernels(instructionSet, .float32)
  let count = packedCount(rows: b.rows, columns: b.columns, on: kernels)
  let panels = state.floats(count, for: .panels)
  packPanels(b, into: panels, parallel: parallel, on: kernels)
  multiply(
    a, panels: panels, columns: b.columns, into: out, rowStride: rowStride, epilogue: epilogue,
    parallel: parallel, on: kernels)
  if count > keptPanelFloats { state.release(.panels) }
}

/// A thread keeps at most 16 MB of panels; larger ones are given back after the product.
private let keptPanelFloats = 4 << 20

private func multiply(
  _ a: Matrix, panels: UnsafePointer<Float>, columns: Int, into out: UnsafeMutablePointer<Float>,
  rowStride: Int, epilogue: Epilogue, parallel: Parallel, on kernels: ProductKernels
) {
  guard a.rows > 0, columns > 0 else { return }
  let grid = BlockGrid(
    rows: a.rows, depth: a.columns, columns: columns, threads: parallel.threads,
    on: kernels)
  parallel.forEach(grid.count, nanosecondsEach: grid.nanosecondsEach) { index in
    let block = grid.block(index)
    var part = a
    part.base += block.rows.lowerBound * a.rowStride
    part.rows = block.rows.count
    let offset = block.rows.lowerBound * rowStride
    var finish = epilogue
    finish.preactivation = epilogue.preactivation.map { $0 + offset }
    finish.residual = epilogue.residual.map { $0 + offset }
    multiplyBlock(
      part, panels: panels, columns: columns, range: block.panels, into: out + offset,
      rowStride: rowStride, epilogue: finish, on: kernels)
  }
}
