/// Σ a·b in eight partial sums, which are then added ascending.
private func dotProduct(
  _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int
) -> Float {
  var sums = SIMD8<Float>()
  var index = 0
  while index + 8 <= count {
    let x = UnsafeRawPointer(a + index).loadUnaligned(as: SIMD8<Float>.self)
    let y = UnsafeRawPointer(b + index).loadUnaligned(as: SIMD8<Float>.self)
    sums += x * y
    index += 8
  }
  var total: Float = 0
  for lane in 0..<8 { total += sums[lane] }
  while index < count {
    total += a[index] * b[index]
    index += 1
  }
  return total
}

extension Tensor {
  /// γ ⊙ self / √(mean(self²) + ε) row by row, and the factors 1 / √(mean(self²) + ε).
  package func rootMeanSquareNormalized(
    gain: Tensor, epsilon: Float, _ execution: Execution
  ) -> (output: Tensor, scale: Tensor) {
    let (rows, columns) = (rowCount, columnCount)
    let (output, scale) = (Tensor.uninitialized(shape), Tensor.uninitialized([rows]))
    nonisolated(unsafe) let (x, gamma) = (unsafePointer, gain.unsafePointer)
    nonisolated(unsafe) let (y, r) = (output.unsafeMutablePointer, scale.unsafeMutablePointer)
    withExtendedLifetime((self, gain)) {
      forEachRowBlock(execution) { block in
        for row in block {
          let (from, to) = (x + row * columns, y + row * columns)
          let square = dotProduct(from, from, count: columns) / Float(columns)
          let factor = 1 / (square + epsilon).squareRoot()
          r[row] = factor
          for column in 0..<columns { to[column] = gamma[column] * (from[column] * factor) }
        }
      }
    }
    return (output, scale)
  }

  /// The cotangent of the input: self is the input, `scale` the factors of the forward pass.
  package func rootMeanSquarePullback(
    _ cotangent: Tensor, gain: Tensor, scale: Tensor, _ execution: Execution
  ) -> Tensor {
    let columns = columnCount
    let input = Tensor.uninitialized(shape)
    nonisolated(unsafe) let (x, gamma) = (unsafePointer, gain.unsafePointer)
    nonisolated(unsafe) let (dy, r) = (cotangent.unsafePointer, scale.unsafePointer)
    nonisolated(unsafe) let dx = input.unsafeMutablePointer
    withExtendedLifetime((self, cotangent, gain, scale)) {
      forEachRowBlock(execution) { block in
        for row in block {
          let (from, slope, to) = (x + row * columns, dy + row * columns, dx + row * columns)
          for column in 0..<columns { to[column] = gamma[column] * slope[column] }
          let inner = dotProduct(to, from, count: columns) / Float(columns)
          let pull = inner * r[row] * r[row]
          for column in 0..<columns { to[column] = r[row] * (to[column] - pull * from[column]) }
        }
      }
    }
    return input
  }

  /// The cotangent of the gain, summed over rows ascending: self is the input.
  package func rootMeanSquareGainPullback(_ cotangent: Tensor, scale: Tensor) -> Tensor {
    let (rows, columns) = (rowCount, columnCount)
    return Tensor(shape: [columns]) { buffer in
      guard let base = buffer.baseAddress else { return }
      base.initialize(repeating: 0, count: columns)
      let (x, dy, r) = (unsafePointer, cotangent.unsafePointer, scale.unsafePointer)
      withExtendedLifetime((self, cotangent, scale)) {
        for row in 0..<rows {
          for column in 0..<columns {
            base[column] += dy[row * columns + column] * x[row * columns + column] * r[row]
          }
        }
      }
    }
  }
}
