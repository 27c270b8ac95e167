// The register tiles of the matrix product: 12 × 32 (AVX-512), 6 × 16 (AVX2), 4 × 8 (SSE) and
// 8 × 12 (NEON), with shorter ones for the last rows of a matrix. A tile keeps one accumulator per
// output and adds its products in ascending k, so every tile gives a row the same bits.

import CPUFeatures

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
func zeroRow() -> TileRow {
  #if arch(arm64)
    (Vector(), Vector(), Vector())
  #else
    (Vector(), Vector())
  #endif
}

@inline(__always)
func loadRow(_ source: Source) -> TileRow {
  #if arch(arm64)
    (load(source), load(source + width), load(source + 2 * width))
  #else
    (load(source), load(source + width))
  #endif
}

/// row += a · b; in bfloat16 a lane of both is a pair, and two products are added.
@inline(__always)
func add(_ row: inout TileRow, _ a: Float, _ b: TileRow) {
  let a = splat(a)
  #if KERNELS_BFLOAT16
    row.left = addPairProducts(a, b.left, row.left)
    row.right = addPairProducts(a, b.right, row.right)
  #else
    row.left = multiplyAdd(a, b.left, row.left)
    #if arch(arm64)
      row.middle = multiplyAdd(a, b.middle, row.middle)
    #endif
    row.right = multiplyAdd(a, b.right, row.right)
  #endif
}

/// Asks for one row of a panel that will be read later, and steps to the one after it.
///
/// For AVX2 alone: a row of its panels is one line of the cache. With those of AVX-512, which are two and
/// which the processor fetches ahead by itself, asking cost a fifth (docs/decisions/0018-avx2.md).
@inline(__always)
func fetch(_ next: inout Source) {
  #if KERNELS_V3
    assay_fetch(next)
    next += rowWidth
  #endif
}

/// Writes scale · row (+ bias) to `target`, or adds it to what is there.
@inline(__always)
func write(
  _ row: TileRow, _ target: Target, _ scale: Vector, _ bias: Source?, _ adding: Bool
) {
  var row = row
  if let bias {
    let offset = loadRow(bias)
    row.left = multiplyAdd(row.left, scale, offset.left)
    #if arch(arm64)
      row.middle = multiplyAdd(row.middle, scale, offset.middle)
    #endif
    row.right = multiplyAdd(row.right, scale, offset.right)
  } else {
    row.left *= scale
    #if arch(arm64)
      row.middle *= scale
    #endif
    row.right *= scale
  }
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

/// The rows of a tile of a matrix of `rows` rows, counted from its top.
///
/// With tiles of six, two rows that would be left over make two tiles of four with the six before: a
/// tile of two has too few sums to keep the multiply-adds busy.
@inline(__always)
func tileRange(_ tile: Int, rows: Int) -> (row: Int, lanes: Int) {
  if fullTileRows == 6 && rows % 6 == 2 && rows > 6 {
    let fromEnd = rows / 6 - tile
    if fromEnd < 2 { return (rows - 4 * (fromEnd + 1), 4) }
  }
  let row = tile * fullTileRows
  return (row, min(fullTileRows, rows - row))
}

/// out (+)= scale · A · B (+ bias) for `height` rows of A and one packed panel of B ([depth][rowWidth]); `out`
/// is `height` rows of rowWidth, `stride` apart.
///
/// The rows of A lie `rowStride` apart and their steps of depth `step`: rows of a matrix as they are
/// (step 1), or a packed tile [depth][height]. `next` is a panel of the same depth that will be read after
/// this one: it is asked for meanwhile.
@inline(__always)
func multiplyTile(
  _ height: Int, _ a: Source, rowStride: Int, step: Int, _ b: Source, _ depth: Int,
  next: Source, _ out: Target, stride: Int, scale: Float, bias: Source?, adding: Bool
) {
  switch height {
  case 2: multiplyTile2(a, rowStride, step, b, depth, next, out, stride, scale, bias, adding)
  case 4: multiplyTile4(a, rowStride, step, b, depth, next, out, stride, scale, bias, adding)
  #if KERNELS_V4
    case 8: multiplyTile8(a, rowStride, step, b, depth, next, out, stride, scale, bias, adding)
  #endif
  default:
    if rowStride == 1 && step == fullTileRows {
      multiplyPackedTile(a, b, depth, next, out, stride, scale, bias, adding)
    } else {
      multiplyFullTile(a, rowStride, step, b, depth, next, out, stride, scale, bias, adding)
    }
  }
}

@inline(never)
private func multiplyTile2(
  _ a: Source, _ rowStride: Int, _ step: Int, _ b: Source, _ depth: Int, _ next: Source,
  _ out: Target, _ stride: Int, _ scale: Float, _ bias: Source?, _ adding: Bool
) {
  var a = a
  var b = b
  var next = next
  var row0 = zeroRow()
  var row1 = zeroRow()
  for _ in 0..<depth {
    let panel = loadRow(b)
    add(&row0, a[0], panel)
    add(&row1, a[rowStride], panel)
    a += step
    b += rowWidth
    fetch(&next)
  }
  let scale = splat(scale)
  write(row0, out, scale, bias, adding)
  write(row1, out + stride, scale, bias, adding)
}

@inline(never)
func multiplyTile4(
  _ a: Source, _ rowStride: Int, _ step: Int, _ b: Source, _ depth: Int, _ next: Source,
  _ out: Target, _ stride: Int, _ scale: Float, _ bias: Source?, _ adding: Bool
) {
  var a = a
  var b = b
  var next = next
  var row0 = zeroRow()
  var row1 = zeroRow()
  var row2 = zeroRow()
  var row3 = zeroRow()
  for _ in 0..<depth {
    let panel = loadRow(b)
    add(&row0, a[0], panel)
    add(&row1, a[rowStride], panel)
    add(&row2, a[2 * rowStride], panel)
    add(&row3, a[3 * rowStride], panel)
    a += step
    b += rowWidth
    fetch(&next)
  }
  let scale = splat(scale)
  write(row0, out, scale, bias, adding)
  write(row1, out + stride, scale, bias, adding)
  write(row2, out + 2 * stride, scale, bias, adding)
  write(row3, out + 3 * stride, scale, bias, adding)
}

#if KERNELS_V4 || arch(arm64)
  @inline(never)
  func multiplyTile8(
    _ a: Source, _ rowStride: Int, _ step: Int, _ b: Source, _ depth: Int, _ next: Source,
    _ out: Target, _ stride: Int, _ scale: Float, _ bias: Source?, _ adding: Bool
  ) {
    var a = a
    var b = b
    var next = next
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
      add(&row1, a[rowStride], panel)
      add(&row2, a[2 * rowStride], panel)
      add(&row3, a[3 * rowStride], panel)
      add(&row4, a[4 * rowStride], panel)
      add(&row5, a[5 * rowStride], panel)
      add(&row6, a[6 * rowStride], panel)
      add(&row7, a[7 * rowStride], panel)
      a += step
      b += rowWidth
      fetch(&next)
    }
    let scale = splat(scale)
    write(row0, out, scale, bias, adding)
    write(row1, out + stride, scale, bias, adding)
    write(row2, out + 2 * stride, scale, bias, adding)
    write(row3, out + 3 * stride, scale, bias, adding)
    write(row4, out + 4 * stride, scale, bias, adding)
    write(row5, out + 5 * stride, scale, bias, adding)
    write(row6, out + 6 * stride, scale, bias, adding)
    write(row7, out + 7 * stride, scale, bias, adding)
  }
#endif
