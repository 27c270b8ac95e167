import CABI
import Tensors
import Values

/// Runs `body`, stores what it returns in `answer`, or its error in `error`.
///
/// Both out-parameters may be null: the value or the error is then dropped.
func guarded(
  _ answer: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<OpaquePointer?>?,
  _ body: () throws(AssayError) -> some AnyObject
) -> assay_status {
  answer?.pointee = nil
  error?.pointee = nil
  do throws(AssayError) {
    let object = try body()
    answer?.pointee = Handle.retained(object)
    return Int32(ASSAY_OK)
  } catch let failure {
    error?.pointee = Handle.retained(ErrorHandle(failure))
    return failure.kind.rawValue
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
  let bytes = UnsafeRawBufferPointer(start: json, count: length)
  return try Value(json: Array(bytes), arrays: borrowed)
}
