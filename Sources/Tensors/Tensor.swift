/// A dense, row-major array of 32-bit floats: a shape and a view into storage.
///
/// A tensor is a value that never changes after it was made. Slices along the first axis and
/// reshapes share memory with the tensor they came from.
public struct Tensor: Sendable {
  /// The extent of every axis; empty for a single number.
  public let shape: [Int]
  package let storage: Storage
  /// Where the first element stands in the storage, in floats.
  package let offset: Int

  /// How many numbers the tensor holds.
  public var count: Int { shape.reduce(1, *) }

  package init(shape: [Int], storage: Storage, offset: Int) {
    let count = shape.reduce(1, *)
    precondition(shape.allSatisfy { $0 >= 0 } && offset >= 0, "negative extent or offset")
    precondition((offset + count) * 4 <= storage.byteCount, "a view past the end of its storage")
    self.shape = shape
    self.storage = storage
    self.offset = offset
  }

  /// The given numbers in row-major order.
  /// - Precondition: `values.count` is the product of `shape`.
  public init(_ values: [Float], shape: [Int]) {
    precondition(values.count == shape.reduce(1, *), "values do not fill the shape")
    self.init(shape: shape) { buffer in _ = buffer.initialize(from: values) }
  }

  /// A tensor of zeros.
  public static func zeros(_ shape: [Int]) -> Tensor { filled(0, shape) }

  /// A tensor whose every element is `value`.
  public static func filled(_ value: Float, _ shape: [Int]) -> Tensor {
    Tensor(shape: shape) { $0.initialize(repeating: value) }
  }

  /// All numbers in row-major order, copied.
  public var scalars: [Float] { withUnsafeBuffer { Array($0) } }

  /// The same numbers under another shape, sharing memory.
  /// - Precondition: the shapes hold equally many numbers.
  public func reshaped(_ newShape: [Int]) -> Tensor {
    precondition(newShape.reduce(1, *) == count, "\(shape) cannot become \(newShape)")
    return Tensor(shape: newShape, storage: storage, offset: offset)
  }

  /// The slices `range` of the first axis, sharing memory.
  public func slices(_ range: Range<Int>) -> Tensor {
    precondition(range.lowerBound >= 0 && range.upperBound <= shape[0], "slice out of range")
    let each = shape.dropFirst().reduce(1, *)
    return Tensor(
      shape: [range.count] + shape.dropFirst(), storage: storage,
      offset: offset + range.lowerBound * each)
  }

  /// `count` consecutive numbers from `start` in row-major order as an array of `shape`, sharing
  /// memory.
  package func window(at start: Int, shape newShape: [Int]) -> Tensor {
    precondition(start >= 0 && start + newShape.reduce(1, *) <= count, "window out of range")
    return Tensor(shape: newShape, storage: storage, offset: offset + start)
  }

  /// Joins tensors along the first axis; the other extents must agree.
  package static func concatenated(_ parts: [Tensor]) -> Tensor {
    precondition(!parts.isEmpty, "nothing to join")
    if parts.count == 1 { return parts[0] }
    let rows = parts.reduce(0) { $0 + $1.shape[0] }
    return Tensor(shape: [rows] + parts[0].shape.dropFirst()) { buffer in
      var start = 0
      for part in parts {
        part.withUnsafeBuffer { source in
          if let base = buffer.baseAddress, let from = source.baseAddress {
            (base + start).initialize(from: from, count: source.count)
          }
        }
        start += part.count
      }
    }
  }
}
