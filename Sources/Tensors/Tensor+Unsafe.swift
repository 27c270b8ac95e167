// The only ways in and out of a tensor's memory.

extension Tensor {
  /// A tensor whose numbers `initialize` writes; every element must be written.
  package init<E: Error>(
    shape: [Int], initializing initialize: (UnsafeMutableBufferPointer<Float>) throws(E) -> Void
  ) throws(E) {
    let count = shape.reduce(1, *)
    let storage = Storage(byteCount: count * 4)
    let base = storage.base.bindMemory(to: Float.self, capacity: max(count, 1))
    try initialize(UnsafeMutableBufferPointer(start: base, count: count))
    self.init(shape: shape, storage: storage, offset: 0)
  }

  /// Calls `body` with the numbers; the pointer is valid only inside the call.
  package func withUnsafeBuffer<R, E: Error>(
    _ body: (UnsafeBufferPointer<Float>) throws(E) -> R
  ) throws(E) -> R {
    defer { withExtendedLifetime(storage) {} }
    return try body(UnsafeBufferPointer(start: unsafePointer, count: count))
  }

  /// The first element. The caller keeps the tensor alive (`withExtendedLifetime`).
  package var unsafePointer: UnsafePointer<Float> {
    UnsafePointer(storage.base.assumingMemoryBound(to: Float.self) + offset)
  }
}

extension Tensor {
  /// A copy that `edit` changes in place; every access is bounds-checked.
  package func edited(_ edit: (inout MutableSpan<Float>) -> Void) -> Tensor {
    Tensor(shape: shape) { buffer in
      withUnsafeBuffer { _ = buffer.initialize(from: $0) }
      var span = buffer.mutableSpan
      edit(&span)
    }
  }

  /// A fresh tensor that `fill` writes; it starts as zeros and every access is bounds-checked.
  package static func filling(
    _ shape: [Int], _ fill: (inout MutableSpan<Float>) -> Void
  ) -> Tensor {
    Tensor(shape: shape) { buffer in
      buffer.initialize(repeating: 0)
      var span = buffer.mutableSpan
      fill(&span)
    }
  }

  /// Calls `body` with the numbers; every access is bounds-checked.
  package func withSpan<R>(_ body: (Span<Float>) -> R) -> R {
    withUnsafeBuffer { body($0.span) }
  }
}

extension Tensor {
  /// The first element, for filling a tensor that nobody else has seen yet.
  var unsafeMutablePointer: UnsafeMutablePointer<Float> {
    storage.base.assumingMemoryBound(to: Float.self) + offset
  }
}
