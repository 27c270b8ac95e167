// The entry points that look into results, arrays and errors; assay.h documents them.

import CABI

// MARK: - Results

@_cdecl("assay_result_json") @implementation
func assay_result_json(
  _ result: OpaquePointer?, _ length: UnsafeMutablePointer<Int>?
) -> UnsafePointer<CChar>? {
  let json = Handle.object(result, ResultHandle.self)?.json
  length?.pointee = json?.length ?? 0
  return json?.pointer
}

@_cdecl("assay_result_array_count") @implementation
func assay_result_array_count(_ result: OpaquePointer?) -> Int32 {
  Int32(clamping: Handle.object(result, ResultHandle.self)?.arrays.count ?? 0)
}

@_cdecl("assay_result_array") @implementation
func assay_result_array(_ result: OpaquePointer?, _ index: Int32) -> OpaquePointer? {
  guard let arrays = Handle.object(result, ResultHandle.self)?.arrays,
    arrays.indices.contains(Int(clamping: index))
  else { return nil }
  return Handle.retained(arrays[Int(clamping: index)])
}

@_cdecl("assay_result_release") @implementation
func assay_result_release(_ result: OpaquePointer?) { Handle.release(result, ResultHandle.self) }

// MARK: - Arrays

@_cdecl("assay_array_look") @implementation
func assay_array_look(_ array: OpaquePointer?) -> assay_array_view {
  Handle.object(array, ArrayHandle.self)?.view ?? assay_array_view()
}

@_cdecl("assay_array_retain") @implementation
func assay_array_retain(_ array: OpaquePointer?) -> OpaquePointer? {
  Handle.object(array, ArrayHandle.self).map { Handle.retained($0) }
}

@_cdecl("assay_array_release") @implementation
func assay_array_release(_ array: OpaquePointer?) { Handle.release(array, ArrayHandle.self) }

// MARK: - Errors

@_cdecl("assay_error_kind") @implementation
func assay_error_kind(_ error: OpaquePointer?) -> assay_status {
  Handle.object(error, ErrorHandle.self)?.kind ?? Int32(ASSAY_OK)
}

@_cdecl("assay_error_message") @implementation
func assay_error_message(_ error: OpaquePointer?) -> UnsafePointer<CChar>? {
  Handle.object(error, ErrorHandle.self)?.message.pointer
}

@_cdecl("assay_error_subject") @implementation
func assay_error_subject(_ error: OpaquePointer?) -> UnsafePointer<CChar>? {
  Handle.object(error, ErrorHandle.self)?.subject.pointer
}

@_cdecl("assay_error_expected") @implementation
func assay_error_expected(_ error: OpaquePointer?) -> UnsafePointer<CChar>? {
  Handle.object(error, ErrorHandle.self)?.expected.pointer
}

@_cdecl("assay_error_found") @implementation
func assay_error_found(_ error: OpaquePointer?) -> UnsafePointer<CChar>? {
  Handle.object(error, ErrorHandle.self)?.found.pointer
}

@_cdecl("assay_error_release") @implementation
func assay_error_release(_ error: OpaquePointer?) { Handle.release(error, ErrorHandle.self) }
