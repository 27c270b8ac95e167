// What happens to a finished tile of sums on its way to the output matrix.

/// out = activation(scale · tile + bias) + residual (+ out), row by row while the tile is in cache.
///
/// Partial registers at the right edge go through the same arithmetic as whole ones.
@inline(__always)
func writeBack(
  _ tile: Source, rows: Int, columns: Int, into out: Target, outStride: Int, scale: Float,
  bias: Source?, activation: Int, preactivation: Target?, residual: Source?, accumulate: Bool
) {
  let scale = splat(scale)
  for row in 0..<rows {
    let sums = tile + row * rowWidth
    let offset = row * outStride
    var column = 0
    while column < columns {
      let lanes = min(width, columns - column)
      var value = load(sums + column)
      if let bias {
        value = multiplyAdd(value, scale, load(bias + column, lanes))
      } else {
        value *= scale
      }
      if let preactivation { store(value, preactivation + offset + column, lanes) }
      value = activationValue(activation, value)
      if let residual { value += load(residual + offset + column, lanes) }
      let target = out + offset + column
      if accumulate { value += load(UnsafePointer(target), lanes) }
      store(value, target, lanes)
      column += width
    }
  }
}
