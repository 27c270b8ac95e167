import Kernels

extension Tensor {
  /// Fills a tensor of this shape in blocks, in parallel: `body(start, count, out)` writes `count`
  /// numbers from `start`.
  private func inBlocks(
    _ execution: Execution, _ body: (Int, Int, UnsafeMutablePointer<Float>) -> Void
  ) -> Tensor {
    let block = 1 << 14
    return Tensor(shape: shape) { buffer in
      guard let out = buffer.baseAddress, !buffer.isEmpty else { return }
      nonisolated(unsafe) let base = out
      let total = buffer.count
      execution.parallel.forEach((total + block - 1) / block, nanosecondsEach: 10_000) { index in
        let start = index * block
        body(start, min(block, total - start), base + start)
      }
    }
  }

  /// self + other, element by element.
  package func adding(_ other: Tensor, _ execution: Execution) -> Tensor {
    precondition(shape == other.shape, "addends of different shapes")
    nonisolated(unsafe) let (x, y) = (unsafePointer, other.unsafePointer)
    return withExtendedLifetime((self, other)) {
      inBlocks(execution) { start, count, out in
        add(x + start, y + start, into: out, count: count)
      }
    }
  }

  /// factor · self.
  package func scaled(by factor: Float, _ execution: Execution) -> Tensor {
    nonisolated(unsafe) let x = unsafePointer
    return withExtendedLifetime(self) {
      inBlocks(execution) { start, count, out in
        scale(x + start, by: factor, into: out, count: count)
      }
    }
  }

  /// self ⊙ other, element by element.
  package func multipliedElements(by other: Tensor, _ execution: Execution) -> Tensor {
    precondition(shape == other.shape, "factors of different shapes")
    nonisolated(unsafe) let (x, y) = (unsafePointer, other.unsafePointer)
    return withExtendedLifetime((self, other)) {
      inBlocks(execution) { start, count, out in
        multiplyElements(x + start, y + start, into: out, count: count)
      }
    }
  }

  /// activation(self).
  package func activated(_ activation: Activation, _ execution: Execution) -> Tensor {
    nonisolated(unsafe) let x = unsafePointer
    return withExtendedLifetime(self) {
      inBlocks(execution) { start, count, out in
        activationForward(activation, x + start, into: out, count: count)
      }
    }
  }

  /// activation'(self) ⊙ cotangent; self is the value before the activation.
  package func activationPullback(
    _ activation: Activation, _ cotangent: Tensor, _ execution: Execution
  ) -> Tensor {
    nonisolated(unsafe) let (x, dy) = (unsafePointer, cotangent.unsafePointer)
    return withExtendedLifetime((self, cotangent)) {
      inBlocks(execution) { start, count, out in
        activationBackward(activation, x + start, dy + start, into: out, count: count)
      }
    }
  }
}
