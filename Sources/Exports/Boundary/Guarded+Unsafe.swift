import CABI
import Kernels
import Tensors
import Values

/// Runs `body`, stores what it returns in `answer`, or its error in `error`.
///
/// Both out-parameters may be null: the value or the error is then dropped. A thread that forks waits
/// until the body is done or stands at a safe point.
func guarded(
  _ answer: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<OpaquePointer?>?,
  _ body: () throws(AssayError) -> some AnyObject
) -> assay_status {
  answer?.pointee = nil
  return guarded(error) { () throws(AssayError) in
    let object = try body()
    answer?.pointee = Handle.retained(object)
  }
}

/// The same for what returns nothing.
func guarded(
  _ error: UnsafeMutablePointer<OpaquePointer?>?, _ body: () throws(AssayError) -> Void
) -> assay_status {
  error?.pointee = nil
  return ForkGate.within {
    do throws(AssayError) {
      try body()
      return Int32(ASSAY_OK)
    } catch let failure {
      error?.pointee = Handle.retained(ErrorHandle(failure))
      return failure.kind.rawValue
    }
  }
}

/// The record of arguments of a call. The arrays are taken over in any case.
func decodeArguments(
  _ json: UnsafePointer<CChar>?, _ length: Int, _ arrays: UnsafePointer<assay_array_in>?,
  _ arrayCount: Int32
) throws(AssayError) -> Value {
  let borrowed = try NumericArray.borrow(arrays, count: arrayCount)
  guard let json else {
    throw AssayError(.internal, "arguments", expected: "JSON", found: "a null pointer")
  }
  // The text with its values, and the numbers that are copied out of arrays.
  var need = 12 * Double(length)
  for array in borrowed { need += 2 * Double(array.count * array.element.byteCount) }
  try Memory.require(need, for: "arguments")
  let bytes = UnsafeRawBufferPointer(start: json, count: length)
  return try Value(json: Array(bytes), arrays: borrowed)
}
