import Kernels

extension Tensor {
  /// activation(self · panels + bias), and the value before the activation when asked for.
  ///
  /// self: `[rows, in]`, panels: `[in, out]`, bias: `[out]`, output: `[rows, out]`.
  package func multiplied(
    by panels: PackedMatrix, bias: Tensor?, activation: Activation, keepingPreactivation: Bool,
    _ execution: Execution
  ) -> (output: Tensor, preactivation: Tensor?) {
    var outputShape = shape
    outputShape[shape.count - 1] = panels.columns
    let kept = keepingPreactivation ? Tensor.uninitialized(outputShape) : nil
    let output = Tensor(shape: outputShape) { buffer in
      guard let base = buffer.baseAddress, !buffer.isEmpty else { return }
      withExtendedLifetime((self, bias, kept)) {
        var epilogue = Epilogue()
        epilogue.bias = bias?.unsafePointer
        epilogue.activation = activation
        epilogue.preactivation = kept?.unsafeMutablePointer
        multiply(
          matrix(), panels, into: base, rowStride: panels.columns, epilogue: epilogue,
          parallel: execution.parallel)
      }
    }
    return (output, kept)
  }

  /// self · panelsᵀ, read from the panels of the matrix itself.
  ///
  /// self: `[rows, out]`, panels: `[in, out]`, output: `[rows, in]`.
  func multiplied(byTransposed panels: PackedMatrix, _ execution: Execution) -> Tensor {
    Tensor(shape: Array(shape.dropLast()) + [panels.rows]) { buffer in
      guard let base = buffer.baseAddress, !buffer.isEmpty else { return }
      withExtendedLifetime(self) {
        multiplyTransposed(
          matrix(), panels, into: base, rowStride: panels.rows, parallel: execution.parallel)
      }
    }
  }

  /// selfᵀ · other: `[rows, a]ᵀ [rows, b]` is `[a, b]`.
  package func transposedProduct(with other: Tensor, _ execution: Execution) -> Tensor {
    let (rows, columns) = (shape[shape.count - 1], other.shape[other.shape.count - 1])
    return Tensor(shape: [rows, columns]) { buffer in
      guard let base = buffer.baseAddress, !buffer.isEmpty else { return }
      withExtendedLifetime((self, other)) {
        multiply(
          matrix(transposed: true), other.matrix(), into: base, rowStride: columns,
          epilogue: Epilogue(), parallel: execution.parallel)
      }
    }
  }

  /// self · other (`[a, b] [b, c]`), or self · otherᵀ (`[a, b] [c, b]ᵀ`).
  package func product(
    with other: Tensor, transposingOther: Bool = false, _ execution: Execution
  ) -> Tensor {
    let columns = transposingOther ? other.shape[0] : other.shape[1]
    return Tensor(shape: Array(shape.dropLast()) + [columns]) { buffer in
      guard let base = buffer.baseAddress, !buffer.isEmpty else { return }
      withExtendedLifetime((self, other)) {
        multiply(
          matrix(), other.matrix(transposed: transposingOther), into: base, rowStride: columns,
          epilogue: Epilogue(), parallel: execution.parallel)
      }
    }
  }

  /// Memory that the caller fills before anybody reads it.
  static func uninitialized(_ shape: [Int]) -> Tensor { Tensor(shape: shape) { _ in } }
}

extension Tensor {
  /// Σ x², in double precision.
  package var sumOfSquares: Double {
    withExtendedLifetime(self) { dot(unsafePointer, unsafePointer, count: count) }
  }
}
