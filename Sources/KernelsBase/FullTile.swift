// The full tile: as many rows as there are registers for, in the three ways in which rows of A lie.

import CPUFeatures

/// The full tile for rows packed without gaps: where every number of a step lies is known to the
/// compiler, which would else add up addresses one after the other, in as many cycles as the products
/// take.
@inline(never)
func multiplyPackedTile(
  _ a: Source, _ b: Source, _ depth: Int, _ next: Source, _ out: Target, _ stride: Int,
  _ scale: Float, _ bias: Source?, _ adding: Bool
) {
  fullTile(a, 1, fullTileRows, b, depth, next, out, stride, scale, bias, adding)
}

@inline(never)
func multiplyFullTile(
  _ a: Source, _ rowStride: Int, _ step: Int, _ b: Source, _ depth: Int, _ next: Source,
  _ out: Target, _ stride: Int, _ scale: Float, _ bias: Source?, _ adding: Bool
) {
  fullTile(a, rowStride, step, b, depth, next, out, stride, scale, bias, adding)
}

#if (KERNELS_V3 || KERNELS_V4) && !KERNELS_BFLOAT16
  /// out (+)= Wᵀ · B for as many columns of a weight as the tile has rows: `a` is where the first stands in a
  /// panel of the weight, whose columns are depth here. Every panel is a segment of the depth, `apart`
  /// from the one before it.
  @inline(never)
  func multiplyTransposedTile(
    _ a: Source, panels: Int, apart: Int, _ b: Source, _ out: Target, stride: Int, adding: Bool
  ) {
    fullTile(
      a, rowWidth, 1, b, rowWidth, a + fullTileRows * rowWidth, segments: panels,
      apart: apart - rowWidth, fetching: true, out, stride, 1, nil, adding)
  }
#endif

#if KERNELS_V4
  /// `segments` stretches of `depth` steps: `apart` lies between the end of one and the start of the next.
  @inline(__always)
  private func fullTile(
    _ a: Source, _ rowStride: Int, _ step: Int, _ b: Source, _ depth: Int, _ next: Source,
    segments: Int = 1, apart: Int = 0, fetching: Bool = false, _ out: Target, _ stride: Int,
    _ scale: Float,
    _ bias: Source?, _ adding: Bool
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
    var row8 = zeroRow()
    var row9 = zeroRow()
    var row10 = zeroRow()
    var row11 = zeroRow()
    for _ in 0..<segments {
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
        add(&row8, a[8 * rowStride], panel)
        add(&row9, a[9 * rowStride], panel)
        add(&row10, a[10 * rowStride], panel)
        add(&row11, a[11 * rowStride], panel)
        a += step
        b += rowWidth
        if fetching {
          assay_fetch(next)
          assay_fetch(next + width)
          next += rowWidth
        }
      }
      a += apart
      next += apart + rowWidth - depth * rowWidth
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
    write(row8, out + 8 * stride, scale, bias, adding)
    write(row9, out + 9 * stride, scale, bias, adding)
    write(row10, out + 10 * stride, scale, bias, adding)
    write(row11, out + 11 * stride, scale, bias, adding)
  }
#elseif KERNELS_V3
  /// `segments` stretches of `depth` steps: `apart` lies between the end of one and the start of the next.
  @inline(__always)
  private func fullTile(
    _ a: Source, _ rowStride: Int, _ step: Int, _ b: Source, _ depth: Int, _ next: Source,
    segments: Int = 1, apart: Int = 0, fetching: Bool = false, _ out: Target, _ stride: Int,
    _ scale: Float,
    _ bias: Source?, _ adding: Bool
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
    for _ in 0..<segments {
      for _ in 0..<depth {
        let panel = loadRow(b)
        add(&row0, a[0], panel)
        add(&row1, a[rowStride], panel)
        add(&row2, a[2 * rowStride], panel)
        add(&row3, a[3 * rowStride], panel)
        add(&row4, a[4 * rowStride], panel)
        add(&row5, a[5 * rowStride], panel)
        a += step
        b += rowWidth
        fetch(&next)
      }
      a += apart
      next += apart + rowWidth - depth * rowWidth
    }
    let scale = splat(scale)
    write(row0, out, scale, bias, adding)
    write(row1, out + stride, scale, bias, adding)
    write(row2, out + 2 * stride, scale, bias, adding)
    write(row3, out + 3 * stride, scale, bias, adding)
    write(row4, out + 4 * stride, scale, bias, adding)
    write(row5, out + 5 * stride, scale, bias, adding)
  }
#elseif arch(arm64)
  @inline(__always)
  private func fullTile(
    _ a: Source, _ rowStride: Int, _ step: Int, _ b: Source, _ depth: Int, _ next: Source,
    _ out: Target, _ stride: Int, _ scale: Float, _ bias: Source?, _ adding: Bool
  ) {
    multiplyTile8(a, rowStride, step, b, depth, next, out, stride, scale, bias, adding)
  }
#else
  @inline(__always)
  private func fullTile(
    _ a: Source, _ rowStride: Int, _ step: Int, _ b: Source, _ depth: Int, _ next: Source,
    _ out: Target, _ stride: Int, _ scale: Float, _ bias: Source?, _ adding: Bool
  ) {
    multiplyTile4(a, rowStride, step, b, depth, next, out, stride, scale, bias, adding)
  }
#endif
