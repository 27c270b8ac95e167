import CABI
import Kernels
import Tensors
import Values

/// Objects as opaque C pointers: `retained` hands a reference over, `release` takes it back.
enum Handle {
  static func retained(_ object: some AnyObject) -> OpaquePointer {
    OpaquePointer(Unmanaged.passRetained(object).toOpaque())
  }

  /// A pointer to an object that the caller of this keeps alive.
  static func borrowed(_ object: some AnyObject) -> OpaquePointer {
    OpaquePointer(Unmanaged.passUnretained(object).toOpaque())
  }

  /// The object behind a handle; nil for a null pointer.
  static func object<Object: AnyObject>(
    _ handle: OpaquePointer?, _: Object.Type = Object.self
  ) -> Object? {
    handle.map { Unmanaged<Object>.fromOpaque(UnsafeRawPointer($0)).takeUnretainedValue() }
  }

  static func release<Object: AnyObject>(_ handle: OpaquePointer?, _: Object.Type) {
    guard let handle else { return }
    ForkGate.within { Unmanaged<Object>.fromOpaque(UnsafeRawPointer(handle)).release() }
  }
}

/// UTF-8 text at a fixed address, followed by a zero byte.
final class FixedText: Sendable {
  private let storage: Storage
  let length: Int

  init(_ utf8: [UInt8]) {
    length = utf8.count
    storage = Storage(byteCount: utf8.count + 1)
    let bytes = UnsafeMutableRawBufferPointer(start: storage.base, count: utf8.count + 1)
    bytes.copyBytes(from: utf8)
    bytes[utf8.count] = 0
  }

  /// Text for callers who find its end by the zero byte: zeros inside it are shown as ␀.
  convenience init(zeroTerminated text: String) {
    self.init(text.utf8.flatMap { $0 == 0 ? Array("␀".utf8) : [$0] })
  }

  var pointer: UnsafePointer<CChar> {
    UnsafePointer(storage.base.assumingMemoryBound(to: CChar.self))
  }
}

/// What an `assay_error` points to.
final class ErrorHandle: Sendable {
  let kind: assay_status
  let message, subject, expected, found: FixedText

  init(_ error: AssayError) {
    kind = error.kind.rawValue
    message = FixedText(zeroTerminated: error.description)
    subject = FixedText(zeroTerminated: error.subject)
    expected = FixedText(zeroTerminated: error.expected)
    found = FixedText(zeroTerminated: error.found)
  }
}

/// What an `assay_array` points to.
final class ArrayHandle: Sendable {
  let array: NumericArray
  private let extents: Storage

  init(_ array: NumericArray) {
    self.array = array
    extents = Storage(byteCount: array.shape.count * MemoryLayout<Int64>.stride)
    let typed = extents.base.bindMemory(to: Int64.self, capacity: max(array.shape.count, 1))
    for (axis, extent) in array.shape.enumerated() { typed[axis] = Int64(clamping: extent) }
  }

  var view: assay_array_view {
    assay_array_view(
      data: array.unsafePointer, dtype: array.element.rawValue,
      ndim: Int32(clamping: array.shape.count),
      shape: extents.base.assumingMemoryBound(to: Int64.self))
  }
}

/// What an `assay_result` points to.
final class ResultHandle: Sendable {
  let json: FixedText
  let arrays: [ArrayHandle]

  init(_ record: Value) {
    let encoded = record.encoded
    json = FixedText(encoded.json)
    arrays = encoded.arrays.map(ArrayHandle.init)
  }
}
