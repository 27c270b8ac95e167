// The product of a single row, of which a tile would keep two sums a register in flight: too few for the
// multiply-adds, whose results come four cycles later. So it goes through several panels at a time.

/// Panels that a single row goes through together.
@inline(__always) var panelsTogether: Int { 4 }

/// out (+)= a · B for one row of A and four packed panels of B, `panelStride` apart; `out` is four rows of
/// rowWidth, `stride` apart. Steps of depth of A lie `step` apart.
///
/// Every sum is formed as in a tile, product after product, so that it has the same bits.
@inline(never)
func multiplySingleRow(
  _ a: Source, step: Int, _ b: Source, panelStride: Int, _ depth: Int, _ out: Target, stride: Int,
  adding: Bool
) {
  var a = a
  var b0 = b
  var b1 = b + panelStride
  var b2 = b + 2 * panelStride
  var b3 = b + 3 * panelStride
  var row0 = zeroRow()
  var row1 = zeroRow()
  var row2 = zeroRow()
  var row3 = zeroRow()
  for _ in 0..<depth {
    add(&row0, a[0], loadRow(b0))
    add(&row1, a[0], loadRow(b1))
    add(&row2, a[0], loadRow(b2))
    add(&row3, a[0], loadRow(b3))
    a += step
    b0 += rowWidth
    b1 += rowWidth
    b2 += rowWidth
    b3 += rowWidth
  }
  let scale = splat(1)
  write(row0, out, scale, nil, adding)
  write(row1, out + stride, scale, nil, adding)
  write(row2, out + 2 * stride, scale, nil, adding)
  write(row3, out + 3 * stride, scale, nil, adding)
}
