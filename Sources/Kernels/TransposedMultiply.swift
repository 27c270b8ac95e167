// The product with a transposed packed matrix. Its bits are those of the product with a packed transpose, so
// which of the two is used is a matter of memory and time alone.

extension PackedMatrix {
  /// Whether the product of `count` rows with the transpose is better read from these panels than from some
  /// of its own, which take as much memory again.
  ///
  /// A small matrix is not worth it. Rows become lanes of registers here: of too few, many lanes would be
  /// empty.
  package func readsTransposed(_ count: Int) -> Bool {
    let width = panelColumns(on: kernels)
    let lanes = (count + width - 1) / width * width
    return byteCount >= 1 << 20 && count >= 64 && 20 * count >= 17 * lanes && isReadBothWays
  }
}

/// out = a · bᵀ for `a` [m, n] and the packed `b` [k, n]; out is [m, k] with `rowStride`.
///
/// If the poll of `parallel` cancels, parts of out are left unwritten.
/// - Precondition: `b.isReadBothWays`.
package func multiplyTransposed(
  _ a: Matrix, _ b: PackedMatrix, into out: UnsafeMutablePointer<Float>, rowStride: Int,
  parallel: Parallel = .serial
) {
  WorkCounters.count(products: 1, multiplyAdds: a.rows * b.rows * b.columns)
  let state = ThreadState.current
  let transposed = state.floats(
    packedCount(rows: a.columns, columns: a.rows, on: b.kernels), for: .panels)
  packPanels(a.transposed, into: transposed, parallel: parallel, on: b.kernels)
  let panels = (a.rows + panelColumns(on: b.kernels) - 1) / panelColumns(on: b.kernels)
  let tiles = transposedTiles(of: b)
  let panelParts = (panels + panelsAtOnce(on: b.kernels) - 1) / panelsAtOnce(on: b.kernels)
  let panelsEach = (panels + panelParts - 1) / panelParts
  // Partial sums of an item take 128 kB at most; several threads get a few items each.
  let room = (32 << 10) / transposedScratchCount(tiles: 1, panels: panelsEach, on: b.kernels)
  let wanted = parallel.threads == 1 ? 1 : 4 * parallel.threads
  let tilesEach = max(1, min(room, (tiles + wanted - 1) / wanted))
  let tileParts = (tiles + tilesEach - 1) / tilesEach
  let work = Double(a.rows) * Double(b.rows) * Double(b.columns)
  let count = tileParts * panelParts
  parallel.forEach(
    count, nanosecondsEach: work / b.kernels.multiplyAddsPerNanosecond / Double(count)
  ) { index in
    let (tile, panel) = (index % tileParts * tilesEach, index / tileParts * panelsEach)
    multiplyTransposedBlock(
      b, transposed, rows: a.rows, panels: panel..<min(panel + panelsEach, panels),
      tiles: tile..<min(tile + tilesEach, tiles), into: out, rowStride: rowStride)
  }
}

/// Panels of packed rows that are multiplied together: as many rows as a block of other products has.
private func panelsAtOnce(on kernels: ProductKernels) -> Int {
  max(1, BlockGrid.largestRows / panelColumns(on: kernels))
}
