import Kernels

/// A layer norm's value and, where it is kept, what its pullback needs.
package struct Normalized: Sendable {
  package let output: Tensor
  package let kept: Kept?

  package struct Kept: Sendable {
    /// The normalized input plus residual; the input itself without one.
    package let sum: Tensor
    package let mean: Tensor
    /// 1 / √(variance + ε), one a row.
    package let scale: Tensor
  }
}

extension Tensor {
  var rowCount: Int { shape.dropLast().reduce(1, *) }
  var columnCount: Int { shape[shape.count - 1] }

  /// Calls `body` with ranges of rows that together make all of them, in parallel.
  func forEachRowBlock(_ execution: Execution, _ body: (Range<Int>) -> Void) {
    let block = max(1, 8192 / max(columnCount, 1))
    let rows = rowCount
    execution.parallel.forEach((rows + block - 1) / block, nanosecondsEach: 8000) {
      body(($0 * block)..<min(rows, ($0 + 1) * block))
    }
  }

  /// γ ⊙ (s − mean) / √(variance + ε) + β with s = self (+ residual), row by row.
  package func layerNormalized(
    residual: Tensor?, gain: Tensor, offset: Tensor, epsilon: Float, keeping: Bool,
    _ execution: Execution
  ) -> Normalized {
    let (rows, columns) = (rowCount, columnCount)
    let kept =
      keeping
      ? Normalized.Kept(
        sum: residual == nil ? self : .uninitialized(shape), mean: .uninitialized([rows]),
        scale: .uninitialized([rows])) : nil
    let output = Tensor.uninitialized(shape)
    nonisolated(unsafe) let x = unsafePointer
    nonisolated(unsafe) let r = residual?.unsafePointer
    nonisolated(unsafe) let s = residual == nil ? nil : kept?.sum.unsafeMutablePointer
    nonisolated(unsafe) let (y, m) = (output.unsafeMutablePointer, kept?.mean.unsafeMutablePointer)
    nonisolated(unsafe) let d = kept?.scale.unsafeMutablePointer
    nonisolated(unsafe) let (gamma, beta) = (gain.unsafePointer, offset.unsafePointer)
    withExtendedLifetime((self, residual, gain, offset, kept)) {
      forEachRowBlock(execution) { block in
        let start = block.lowerBound * columns
        layerNormRows(
          x + start, residual: r.map { $0 + start }, gamma: gamma, beta: beta, epsilon: epsilon,
          into: y + start, sum: s.map { $0 + start }, mean: m.map { $0 + block.lowerBound },
          reciprocalDeviation: d.map { $0 + block.lowerBound }, rows: block.count,
          columns: columns)
      }
    }
    return Normalized(output: output, kept: kept)
  }

  /// The cotangents of a layer norm; self is the normalized sum.
  package func layerNormPullback(
    _ cotangent: Tensor, gain: Tensor, mean: Tensor, scale: Tensor, parameters: Bool,
    _ execution: Execution
  ) -> (input: Tensor, gain: Tensor?, offset: Tensor?) {
    let (rows, columns) = (rowCount, columnCount)
    let input = Tensor.uninitialized(shape)
    let gainPart = parameters ? Tensor.zeros([columns]) : nil
    let offsetPart = parameters ? Tensor.zeros([columns]) : nil
    nonisolated(unsafe) let (s, dy) = (unsafePointer, cotangent.unsafePointer)
    nonisolated(unsafe) let (m, d) = (mean.unsafePointer, scale.unsafePointer)
    nonisolated(unsafe) let (gamma, ds) = (gain.unsafePointer, input.unsafeMutablePointer)
    withExtendedLifetime((self, cotangent, gain, mean, scale)) {
      if let gainPart, let offsetPart {
        layerNormBackwardRows(
          s, dy, gamma: gamma, mean: m, reciprocalDeviation: d, into: ds,
          dgamma: gainPart.unsafeMutablePointer, dbeta: offsetPart.unsafeMutablePointer,
          rows: rows, columns: columns)
      } else {
        forEachRowBlock(execution) { block in
          let start = block.lowerBound * columns
          layerNormBackwardRows(
            s + start, dy + start, gamma: gamma, mean: m + block.lowerBound,
            reciprocalDeviation: d + block.lowerBound, into: ds + start, rows: block.count,
            columns: columns)
        }
      }
    }
    return (input, gainPart, offsetPart)
  }

  /// softmax of every row.
  package func softmaxed() -> Tensor {
    let output = Tensor(shape: shape) { buffer in
      withUnsafeBuffer { _ = buffer.initialize(from: $0) }
      guard let base = buffer.baseAddress, !buffer.isEmpty else { return }
      softmaxRows(base, rows: rowCount, columns: columnCount)
    }
    return output
  }

  /// Σ over rows, one number a column.
  package func columnSums(_ execution: Execution) -> Tensor {
    Tensor(shape: [columnCount]) { buffer in
      guard let base = buffer.baseAddress, !buffer.isEmpty else { return }
      withExtendedLifetime(self) {
        Kernels.columnSums(
          unsafePointer, rows: rowCount, columns: columnCount, into: base, accumulate: false)
      }
    }
  }

  /// y[i] = self[indices[i]].
  /// - Precondition: every index is a row of self.
  package func gatheringRows(_ indices: [Int]) -> Tensor {
    let columns = columnCount
    precondition(indices.allSatisfy { $0 >= 0 && $0 < shape[0] }, "a gathered row does not exist")
    return Tensor(shape: [indices.count, columns]) { buffer in
      guard let base = buffer.baseAddress else { return }
      withExtendedLifetime(self) {
        for (row, index) in indices.enumerated() {
          (base + row * columns).initialize(from: unsafePointer + index * columns, count: columns)
        }
      }
    }
  }

  /// The sum of self's rows into the rows `indices` of a zero tensor of `shape`.
  package func scatteringRows(_ indices: [Int], into shape: [Int]) -> Tensor {
    let columns = columnCount
    precondition(indices.allSatisfy { $0 >= 0 && $0 < shape[0] }, "a scattered row does not exist")
    return Tensor(shape: shape) { buffer in
      guard let base = buffer.baseAddress, !buffer.isEmpty else { return }
      base.initialize(repeating: 0, count: buffer.count)
      withExtendedLifetime(self) {
        for (row, index) in indices.enumerated() {
          addScaled(
            unsafePointer + row * columns, by: 1, into: base + index * columns, count: columns)
        }
      }
    }
  }

  /// self with row rows[i] replaced by values[i].
  package func replacingRows(_ rows: [Int], with values: Tensor) -> Tensor {
    let columns = columnCount
    return edited { span in
      values.withSpan { source in
        for (rank, row) in rows.enumerated() {
          for column in 0..<columns {
            span[row * columns + column] = source[rank * columns + column]
          }
        }
      }
    }
  }
}
