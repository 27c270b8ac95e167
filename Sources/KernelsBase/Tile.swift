// The register tiles of the matrix product: 12 × 32 (AVX-512), 6 × 16 (AVX2), 4 × 8 (SSE) and
// 8 × 12 (NEON), with shorter ones for the last rows of a matrix. A tile keeps one accumulator per
// output and adds its products in ascending k, so every tile gives a row the same bits.

// A tuple, not a struct: the metadata of a struct brings weak helper functions with it, and those
// must not be shared between instruction sets (tools/check_kernel_symbols.sh).

/// One row of accumulators, or one row of a packed panel of B.
#if arch(arm64)
  typealias TileRow = (left: Vector, middle: Vector, right: Vector)
#else
  typealias TileRow = (left: Vector, right: Vector)
#endif

/// Floats in a tile row: the width of a packed panel.
@inline(__always) var rowWidth: Int { MemoryLayout<TileRow>.size / 4 }

@inline(__always)
private func zeroRow() -> TileRow {
  #if arch(arm64)
    (Vector(), Vector(), Vector())
  #else
    (Vector(), Vector())
  #endif
}

@inline(__always)
private func loadRow(_ source: Source) -> TileRow {
  #if arch(arm64)
    (load(source), load(source + width), load(source + 2 * width))
  #else
    (load(source), load(source + width))
  #endif
}

/// row += a · b
@inline(__always)
private func add(_ row: inout TileRow, _ a: Float, _ b: TileRow) {
  let a = splat(a)
  row.left = multiplyAdd(a, b.left, row.left)
  #if arch(arm64)
    row.middle = multiplyAdd(a, b.middle, row.middle)
  #endif
  row.right = multiplyAdd(a, b.right, row.right)
}

/// Writes a row of sums to `target`, or adds it to what is there.
@inline(__always)
private func write(_ row: TileRow, _ target: Target, _ adding: Bool) {
  var row = row
  if adding {
    let before = loadRow(UnsafePointer(target))
    row.left = before.left + row.left
    #if arch(arm64)
      row.middle = before.middle + row.middle
    #endif
    row.right = before.right + row.right
  }
  store(row.left, target)
  #if arch(arm64)
    store(row.middle, target + width)
  #endif
  store(row.right, target + rowWidth - width)
}

/// Rows of the full tile.
@inline(__always) var fullTileRows: Int {
  #if KERNELS_V4
    12
  #elseif KERNELS_V3
    6
  #elseif arch(arm64)
    8
  #else
    4
  #endif
}

/// The smallest tile of at least `rows` rows (at most `fullTileRows`).
@inline(__always)
func tileHeight(_ rows: Int) -> Int {
  if rows <= 2 { return 2 }
  if rows <= 4 { return 4 }
  #if KERNELS_V4
    if rows <= 8 { return 8 }
  #endif
  return fullTileRows
}

/// tile (+)= A · B for one packed tile of A ([depth][height]) and one packed panel of B
/// ([depth][rowWidth]); `tile` is [height][rowWidth].
@inline(__always)
func multiplyTile(
  _ height: Int, _ a: Source, _ b: Source, _ depth: Int, _ tile: Target, adding: Bool
) {
  switch height {
  case 2: multiplyTile2(a, b, depth, tile, adding)
  case 4: multiplyTile4(a, b, depth, tile, adding)
  #if KERNELS_V4
    case 8: multiplyTile8(a, b, depth, tile, adding)
  #endif
  default: multiplyFullTile(a, b, depth, tile, adding)
  }
}

@inline(never)
private func multiplyTile2(
  _ a: Source, _ b: Source, _ depth: Int, _ tile: Target, _ adding: Bool
) {
  var a = a
  var b = b
  var row0 = zeroRow()
  var row1 = zeroRow()
  for _ in 0..<depth {
    let panel = loadRow(b)
    add(&row0, a[0], panel)
    add(&row1, a[1], panel)
    a += 2
    b += rowWidth
  }
  write(row0, tile, adding)
  write(row1, tile + rowWidth, adding)
}

@inline(never)
private func multiplyTile4(
  _ a: Source, _ b: Source, _ depth: Int, _ tile: Target, _ adding: Bool
) {
  var a = a
  var b = b
  var row0 = zeroRow()
  var row1 = zeroRow()
  var row2 = zeroRow()
  var row3 = zeroRow()
  for _ in 0..<depth {
    let panel = loadRow(b)
    add(&row0, a[0], panel)
    add(&row1, a[1], panel)
    add(&row2, a[2], panel)
    add(&row3, a[3], panel)
    a += 4
    b += rowWidth
  }
  write(row0, tile, adding)
  write(row1, tile + rowWidth, adding)
  write(row2, tile + 2 * rowWidth, adding)
  write(row3, tile + 3 * rowWidth, adding)
}

#if KERNELS_V4 || arch(arm64)
  @inline(never)
  private func multiplyTile8(
    _ a: Source, _ b: Source, _ depth: Int, _ tile: Target, _ adding: Bool
  ) {
    var a = a
    var b = b
    var row0 = zeroRow()
    var row1 = zeroRow()
    var row2 = zeroRow()
    var row3 = zeroRow()
    var row4 = zeroRow()
    var row5 = zeroRow()
    var row6 = zeroRow()
    var row7 = zeroRow()
    for _ in 0..<depth {
      let panel = loadRow(b)
      add(&row0, a[0], panel)
      add(&row1, a[1], panel)
      add(&row2, a[2], panel)
      add(&row3, a[3], panel)
      add(&row4, a[4], panel)
      add(&row5, a[5], panel)
      add(&row6, a[6], panel)
      add(&row7, a[7], panel)
      a += 8
      b += rowWidth
    }
    write(row0, tile, adding)
    write(row1, tile + rowWidth, adding)
    write(row2, tile + 2 * rowWidth, adding)
    write(row3, tile + 3 * rowWidth, adding)
    write(row4, tile + 4 * rowWidth, adding)
    write(row5, tile + 5 * rowWidth, adding)
    write(row6, tile + 6 * rowWidth, adding)
    write(row7, tile + 7 * rowWidth, adding)
  }
#endif

#if KERNELS_V4
  @inline(never)
  private func multiplyFullTile(
    _ a: Source, _ b: Source, _ depth: Int, _ tile: Target, _ adding: Bool
  ) {
    var a = a
    var b = b
    var row0 = zeroRow()
    var row1 = zeroRow()
    var row2 = zeroRow()
    var row3 = zeroRow()
    var row4 = zeroRow()
    var row5 = zeroRow()
    var row6 = zeroRow()
    var row7 = zeroRow()
    var row8 = zeroRow()
    var row9 = zeroRow()
    var row10 = zeroRow()
    var row11 = zeroRow()
    for _ in 0..<depth {
      let panel = loadRow(b)
      add(&row0, a[0], panel)
      add(&row1, a[1], panel)
      add(&row2, a[2], panel)
      add(&row3, a[3], panel)
      add(&row4, a[4], panel)
      add(&row5, a[5], panel)
      add(&row6, a[6], panel)
      add(&row7, a[7], panel)
      add(&row8, a[8], panel)
      add(&row9, a[9], panel)
      add(&row10, a[10], panel)
      add(&row11, a[11], panel)
      a += 12
      b += rowWidth
    }
    write(row0, tile, adding)
    write(row1, tile + rowWidth, adding)
    write(row2, tile + 2 * rowWidth, adding)
    write(row3, tile + 3 * rowWidth, adding)
    write(row4, tile + 4 * rowWidth, adding)
    write(row5, tile + 5 * rowWidth, adding)
    write(row6, tile + 6 * rowWidth, adding)
    write(row7, tile + 7 * rowWidth, adding)
    write(row8, tile + 8 * rowWidth, adding)
    write(row9, tile + 9 * rowWidth, adding)
    write(row10, tile + 10 * rowWidth, adding)
    write(row11, tile + 11 * rowWidth, adding)
  }
#elseif KERNELS_V3
  @inline(never)
  private func multiplyFullTile(
    _ a: Source, _ b: Source, _ depth: Int, _ tile: Target, _ adding: Bool
  ) {
    var a = a
    var b = b
    var row0 = zeroRow()
    var row1 = zeroRow()
    var row2 = zeroRow()
    var row3 = zeroRow()
    var row4 = zeroRow()
    var row5 = zeroRow()
    for _ in 0..<depth {
      let panel = loadRow(b)
      add(&row0, a[0], panel)
      add(&row1, a[1], panel)
      add(&row2, a[2], panel)
      add(&row3, a[3], panel)
      add(&row4, a[4], panel)
      add(&row5, a[5], panel)
      a += 6
      b += rowWidth
    }
    write(row0, tile, adding)
    write(row1, tile + rowWidth, adding)
    write(row2, tile + 2 * rowWidth, adding)
    write(row3, tile + 3 * rowWidth, adding)
    write(row4, tile + 4 * rowWidth, adding)
    write(row5, tile + 5 * rowWidth, adding)
  }
#elseif arch(arm64)
  @inline(__always)
  private func multiplyFullTile(
    _ a: Source, _ b: Source, _ depth: Int, _ tile: Target, _ adding: Bool
  ) {
    multiplyTile8(a, b, depth, tile, adding)
  }
#else
  @inline(__always)
  private func multiplyFullTile(
    _ a: Source, _ b: Source, _ depth: Int, _ tile: Target, _ adding: Bool
  ) {
    multiplyTile4(a, b, depth, tile, adding)
  }
#endif
