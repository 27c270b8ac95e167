import Tensors

/// A dense, row-major array of one of the four element types that cross the C boundary.
///
/// It shares memory with what it was made from where that is possible: a tensor, or an array that
/// the caller lent for the call.
package struct NumericArray: Sendable {
  /// The type of the elements; raw values are the constants of the C header.
  package enum Element: Int32, CaseIterable, Sendable {
    case float32 = 1
    case float64 = 2
    case int32 = 3
    case int64 = 4

    package var byteCount: Int {
      switch self {
      case .float32, .int32: 4
      case .float64, .int64: 8
      }
    }

    package var name: String { "\(self)" }
  }

  package let element: Element
  /// The extent of every axis; empty for a single number.
  package let shape: [Int]
  let storage: Storage
  /// Where the first element stands in the storage, in bytes.
  let byteOffset: Int

  package var count: Int { shape.reduce(1, *) }
  var byteCount: Int { count * element.byteCount }

  init(element: Element, shape: [Int], storage: Storage, byteOffset: Int = 0) {
    let end = byteOffset + shape.reduce(element.byteCount, *)
    precondition(byteOffset >= 0 && end <= storage.byteCount, "a view past the end of its storage")
    self.element = element
    self.shape = shape
    self.storage = storage
    self.byteOffset = byteOffset
  }

  /// The numbers of a tensor, sharing its memory.
  package init(_ tensor: Tensor) {
    self.init(
      element: .float32, shape: tensor.shape, storage: tensor.storage,
      byteOffset: tensor.offset * 4)
  }

  /// `float32[2, 3]`, for messages.
  package var summary: String { "\(element.name)\(shape)" }
}
