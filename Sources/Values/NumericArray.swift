import Tensors

/// A dense, row-major array of one of the four element types that cross the C boundary.
///
/// It shares memory with what it was made from where that is possible: a tensor, or an array that
/// the caller lent for the call.
public struct NumericArray: Sendable {
  /// The type of the elements; raw values are the constants of the C header.
  public enum Element: Int32, CaseIterable, Sendable {
    /// Single precision.
    case float32 = 1
    /// Double precision.
    case float64 = 2
    /// Signed whole numbers of 32 bits.
    case int32 = 3
    /// Signed whole numbers of 64 bits.
    case int64 = 4

    package var byteCount: Int {
      switch self {
      case .float32, .int32: 4
      case .float64, .int64: 8
      }
    }

    package var name: String { "\(self)" }
  }

  /// The type of the elements.
  public let element: Element
  /// The extent of every axis; empty for a single number.
  public let shape: [Int]
  package let storage: Storage
  /// Where the first element stands in the storage, in bytes.
  let byteOffset: Int

  /// How many numbers the array holds.
  public var count: Int { shape.reduce(1, *) }

  package init(element: Element, shape: [Int], storage: Storage, byteOffset: Int = 0) {
    let end = byteOffset + shape.reduce(element.byteCount, *)
    precondition(byteOffset >= 0 && end <= storage.byteCount, "a view past the end of its storage")
    self.element = element
    self.shape = shape
    self.storage = storage
    self.byteOffset = byteOffset
  }

  /// The numbers of a tensor, sharing its memory.
  public init(_ tensor: Tensor) {
    self.init(
      element: .float32, shape: tensor.shape, storage: tensor.storage,
      byteOffset: tensor.offset * 4)
  }

  /// `float32[2, 3]`, for messages.
  package var summary: String { "\(element.name)\(shape)" }
}
