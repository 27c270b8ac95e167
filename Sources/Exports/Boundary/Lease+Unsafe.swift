import CABI
import Kernels
import Tensors
import Values

/// Memory that the caller lends: given back exactly once, when nothing refers to the lease.
final class Lease: @unchecked Sendable {
  private let giveBack: (@convention(c) (UnsafeMutableRawPointer?) -> Void)?
  private let context: UnsafeMutableRawPointer?

  init(_ array: assay_array_in) {
    giveBack = array.release
    context = array.context
  }

  deinit { ForkGate.outside { giveBack?(context) } }
}

extension NumericArray {
  /// Looks at arrays that the caller lends. They are taken over even if one of them is refused.
  /// - Throws: `shape` for an array that does not describe readable memory.
  static func borrow(
    _ arrays: UnsafePointer<assay_array_in>?, count: Int32
  ) throws(AssayError) -> [NumericArray] {
    guard let arrays, count > 0 else { return [] }
    let given = UnsafeBufferPointer(start: arrays, count: Int(clamping: count))
    let leases = given.map(Lease.init)
    var borrowed: [NumericArray] = []
    borrowed.reserveCapacity(given.count)
    for (index, array) in given.enumerated() {
      borrowed.append(try NumericArray(array, lease: leases[index], name: "array \(index)"))
    }
    return borrowed
  }

  private init(_ array: assay_array_in, lease: Lease, name: String) throws(AssayError) {
    guard let element = Element(rawValue: array.dtype) else {
      throw AssayError(
        .shape, name, expected: "float32, float64, int32 or int64",
        found: "element type \(array.dtype)")
    }
    let shape = try NumericArray.shape(array, name)
    var byteCount = element.byteCount
    for extent in shape {
      let (product, overflows) = byteCount.multipliedReportingOverflow(by: extent)
      if overflows {
        throw AssayError(.shape, name, expected: "an array that fits memory", found: "\(shape)")
      }
      byteCount = product
    }
    guard let data = UnsafeMutableRawPointer(mutating: array.data) else {
      guard byteCount == 0 else {
        throw AssayError(.shape, name, expected: "memory", found: "a null pointer")
      }
      self.init(element: element, shape: shape, storage: Storage(byteCount: 0))
      return
    }
    guard UInt(bitPattern: data) % UInt(truncatingIfNeeded: element.byteCount) == 0 else {
      throw AssayError(
        .shape, name, expected: "memory aligned to \(element.byteCount) bytes (copy the array)",
        found: "an address that is not")
    }
    let storage = Storage(.borrowed, base: data, byteCount: byteCount) {
      withExtendedLifetime(lease) {}
    }
    self.init(element: element, shape: shape, storage: storage)
  }

  private static func shape(_ array: assay_array_in, _ name: String) throws(AssayError) -> [Int] {
    guard (0...Int32(ASSAY_MAXIMUM_RANK)).contains(array.ndim) else {
      throw AssayError(
        .shape, name, expected: "at most \(ASSAY_MAXIMUM_RANK) axes", found: "\(array.ndim)")
    }
    if array.ndim == 0 { return [] }
    guard let extents = array.shape else {
      throw AssayError(.shape, name, expected: "a shape", found: "a null pointer")
    }
    let given = UnsafeBufferPointer(start: extents, count: Int(clamping: array.ndim))
    let shape = given.map { Int(clamping: $0) }
    guard shape.allSatisfy({ $0 >= 0 }) else {
      throw AssayError(.shape, name, expected: "extents of 0 or more", found: "\(shape)")
    }
    return shape
  }
}
