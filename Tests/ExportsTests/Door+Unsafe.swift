import CABI

@testable import Exports

/// Counts how often lent memory was given back.
final class LentMemory: @unchecked Sendable {
  let base: UnsafeMutableRawPointer
  let shape: UnsafeMutablePointer<Int64>
  var rank: Int32
  var dtype: assay_dtype
  var returns = 0
  var offset = 0
  var isNull = false

  init<Number>(_ values: [Number], shape extents: [Int], _ dtype: Int) {
    let byteCount = values.count * MemoryLayout<Number>.stride
    base = .allocate(byteCount: byteCount + 8, alignment: 8)
    UnsafeMutableRawBufferPointer(start: base, count: byteCount + 8)
      .copyBytes(from: values.withUnsafeBytes { Array($0) })
    shape = .allocate(capacity: max(extents.count, 1))
    for (axis, extent) in extents.enumerated() { shape[axis] = Int64(extent) }
    rank = Int32(extents.count)
    self.dtype = Int32(dtype)
  }

  convenience init(floats: [Float], shape: [Int]? = nil) {
    self.init(floats, shape: shape ?? [floats.count], ASSAY_FLOAT32)
  }

  convenience init(doubles: [Double], shape: [Int]? = nil) {
    self.init(doubles, shape: shape ?? [doubles.count], ASSAY_FLOAT64)
  }

  deinit {
    base.deallocate()
    shape.deallocate()
  }

  var given: assay_array_in {
    assay_array_in(
      data: isNull ? nil : base + offset, dtype: dtype, ndim: rank, shape: shape,
      release: { context in
        guard let context else { return }
        Unmanaged<LentMemory>.fromOpaque(context).takeRetainedValue().returns += 1
      }, context: Unmanaged.passRetained(self).toOpaque())
  }
}

/// What a failed call said.
struct Refusal: Error, Equatable {
  let kind: Int32
  let message: String

  init(_ error: OpaquePointer?) {
    kind = assay_error_kind(error)
    message = assay_error_message(error).map { String(cString: $0) } ?? ""
    assay_error_release(error)
  }
}

/// An array handle, released with this object.
final class Answered {
  private let handle: OpaquePointer?

  init(_ handle: OpaquePointer?) { self.handle = handle }
  deinit { assay_array_release(handle) }

  var address: UnsafeRawPointer? { assay_array_look(handle).data }
  var shape: [Int64] {
    let view = assay_array_look(handle)
    return (0..<Int(view.ndim)).map { view.shape[$0] }
  }
  var floats: [Float] { numbers() }
  var doubles: [Double] { numbers() }

  private func numbers<Number>() -> [Number] {
    let count = Int(shape.reduce(1, *))
    let stride = MemoryLayout<Number>.stride
    return (0..<count).compactMap {
      address?.load(fromByteOffset: $0 * stride, as: Number.self)
    }
  }
}

/// An open model, released with this object.
final class Opened {
  let handle: OpaquePointer?

  init(_ json: String, _ lent: [LentMemory] = []) throws {
    var model: OpaquePointer?
    var error: OpaquePointer?
    let bytes = json.utf8.map { CChar(bitPattern: $0) }
    let status = assay_model_open(
      bytes, bytes.count, lent.map(\.given), Int32(lent.count), nil, nil, &model, &error)
    guard status == ASSAY_OK else { throw Refusal(error) }
    handle = model
  }

  /// Another model over the weights of an open one.
  init(_ opened: Opened, vocabulary json: String) throws {
    var model: OpaquePointer?
    var error: OpaquePointer?
    let bytes = json.utf8.map { CChar(bitPattern: $0) }
    let status = assay_model_with_vocabulary(opened.handle, bytes, bytes.count, &model, &error)
    guard status == ASSAY_OK else { throw Refusal(error) }
    handle = model
  }

  deinit { assay_model_release(handle) }
}

/// Calls an operation through the C entry points; the result is released before this returns.
func call(
  _ operation: String, _ model: Opened? = nil, _ json: String = "{}", _ lent: [LentMemory] = [],
  poll: assay_poll? = nil, context: UnsafeMutableRawPointer? = nil
) throws -> (json: String, arrays: [Answered]) {
  var result: OpaquePointer?
  var error: OpaquePointer?
  let bytes = json.utf8.map { CChar(bitPattern: $0) }
  let status = assay_call(
    operation, model?.handle, bytes, bytes.count, lent.map(\.given), Int32(lent.count), poll,
    context, &result, &error)
  guard status == ASSAY_OK else { throw Refusal(error) }
  defer { assay_result_release(result) }
  var length = 0
  let text = assay_result_json(result, &length)
  let buffer = UnsafeRawBufferPointer(start: text, count: length)
  let arrays = (0..<assay_result_array_count(result)).map {
    Answered(assay_result_array(result, $0))
  }
  return (String(decoding: buffer, as: UTF8.self), arrays)
}

/// The refusal of a call that must fail.
func refusal(_ body: () throws -> Void) -> Refusal? {
  do {
    try body()
    return nil
  } catch {
    return error as? Refusal
  }
}
