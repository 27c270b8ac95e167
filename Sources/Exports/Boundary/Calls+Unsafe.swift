// The entry points that do work; assay.h documents them.

import CABI
import Kernels
import Tensors
import Values

@_cdecl("assay_model_open") @implementation
func assay_model_open(
  _ arguments: UnsafePointer<CChar>?, _ length: Int, _ arrays: UnsafePointer<assay_array_in>?,
  _ arrayCount: Int32, _ poll: assay_poll?, _ pollContext: UnsafeMutableRawPointer?,
  _ model: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> assay_status {
  guarded(model, error) { () throws(AssayError) in
    var record = try decodeArguments(arguments, length, arrays, arrayCount)
    let threads = try Threads.take(from: &record)
    return try Caller(poll, pollContext).execute(threads) { execution throws(AssayError) in
      let opened = try OpenModel(record)
      try execution.checkCancellation()
      return opened
    }
  }
}

@_cdecl("assay_model_wrap") @implementation
func assay_model_wrap(
  _ arguments: UnsafePointer<CChar>?, _ length: Int, _ ask: assay_ask?,
  _ context: UnsafeMutableRawPointer?,
  _ release: (@convention(c) (UnsafeMutableRawPointer?) -> Void)?,
  _ model: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> assay_status {
  let asked = AskedCaller(ask, context, release: release)
  return guarded(model, error) { () throws(AssayError) in
    try OpenModel(decodeArguments(arguments, length, nil, 0), outside: asked)
  }
}

@_cdecl("assay_model_with_vocabulary") @implementation
func assay_model_with_vocabulary(
  _ opened: OpaquePointer?, _ arguments: UnsafePointer<CChar>?, _ length: Int,
  _ model: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> assay_status {
  guarded(model, error) { () throws(AssayError) in
    guard let opened = Handle.object(opened, OpenModel.self) else {
      throw AssayError(.internal, "model", expected: "an open model", found: "a null pointer")
    }
    return try OpenModel(opened, vocabulary: decodeArguments(arguments, length, nil, 0))
  }
}

@_cdecl("assay_answer_give") @implementation
func assay_answer_give(
  _ answer: OpaquePointer?, _ json: UnsafePointer<CChar>?, _ length: Int,
  _ arrays: UnsafePointer<assay_array_in>?, _ arrayCount: Int32,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> assay_status {
  guarded(error) { () throws(AssayError) in
    let record = try decodeArguments(json, length, arrays, arrayCount)
    Handle.object(answer, AnswerHandle.self)?.give(record)
  }
}

@_cdecl("assay_model_release") @implementation
func assay_model_release(_ model: OpaquePointer?) { Handle.release(model, OpenModel.self) }

@_cdecl("assay_call") @implementation
func assay_call(
  _ operation: UnsafePointer<CChar>?, _ model: OpaquePointer?, _ arguments: UnsafePointer<CChar>?,
  _ length: Int, _ arrays: UnsafePointer<assay_array_in>?, _ arrayCount: Int32,
  _ poll: assay_poll?, _ pollContext: UnsafeMutableRawPointer?,
  _ result: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> assay_status {
  guarded(result, error) { () throws(AssayError) in
    var record = try decodeArguments(arguments, length, arrays, arrayCount)
    let threads = try Threads.take(from: &record)
    guard let operation else {
      throw AssayError(.internal, "operation", expected: "a name", found: "a null pointer")
    }
    let name = String(cString: operation)
    let opened = Handle.object(model, OpenModel.self)
    return try Caller(poll, pollContext).execute(threads) { execution throws(AssayError) in
      let call = OperationCall(record, opened: opened, execution: execution)
      return ResultHandle(try Operations.run(name, call))
    }
  }
}

@_cdecl("assay_set_num_threads") @implementation
func assay_set_num_threads(
  _ threads: Int32, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> assay_status {
  guarded(error) { () throws(AssayError) in try Threads.set(Int(clamping: threads)) }
}

@_cdecl("assay_get_num_threads") @implementation
func assay_get_num_threads() -> Int32 { ForkGate.within { Int32(clamping: Threads.current) } }

private let versionText = FixedText(zeroTerminated: engineVersion)

@_cdecl("assay_version") @implementation
func assay_version() -> UnsafePointer<CChar>? { ForkGate.within { versionText.pointer } }
