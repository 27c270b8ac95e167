// Oracle: the words of the header and of the registry.

import CABI
import Testing
import Values

@testable import Exports

@Test func theVersionIsTheEngines() throws {
  #expect(String(cString: assay_version()) == engineVersion)
  #expect(try call("build_info").json.contains(#""version":"\#(engineVersion)""#))
}

@Test func anUnknownOperationIsRefusedWithTheKnownOnes() {
  let refused = refusal { _ = try call("no_such_thing") }
  #expect(refused?.kind == Int32(ASSAY_OPTION))
  for name in Operations.all.keys { #expect(refused?.message.contains(name) == true) }
}

@Test func aMissingModelIsRefused() {
  #expect(
    refusal { _ = try call("parameters") }?.message
      == "model: expected an open model, found none")
}

@Test func nullPointersAreRefusedAndHarmless() {
  var error: OpaquePointer?
  #expect(assay_call(nil, nil, "{}", 2, nil, 0, nil, nil, nil, &error) == ASSAY_INTERNAL)
  assay_error_release(error)
  #expect(assay_call("build_info", nil, nil, 0, nil, 0, nil, nil, nil, nil) == ASSAY_INTERNAL)
  #expect(assay_call("build_info", nil, "{}", 2, nil, 0, nil, nil, nil, nil) == ASSAY_OK)
  assay_model_release(nil)
  assay_result_release(nil)
  assay_array_release(nil)
  assay_error_release(nil)
  #expect(assay_result_json(nil, nil) == nil)
  #expect(assay_result_array_count(nil) == 0)
  #expect(assay_result_array(nil, 0) == nil)
  #expect(assay_array_retain(nil) == nil)
  #expect(assay_array_look(nil).data == nil)
  #expect(assay_error_kind(nil) == ASSAY_OK)
}

@Test func aZeroInsideAMessageIsShown() {
  let refused = refusal { _ = try call("build_info", nil, #"{"a\u0000b": 1}"#) }
  #expect(refused?.message.contains(#"a\u0000b"#) == true)
  let error = ErrorHandle(.init(.input, "a\0b", expected: "c", found: "d"))
  #expect(String(cString: error.subject.pointer) == "a␀b")
}

@Test func aCallStopsWhenItsCallerSaysSo() throws {
  var polls = 0
  let refused = withUnsafeMutablePointer(to: &polls) { count in
    refusal {
      _ = try call(
        "build_info",
        poll: { context, fraction, message in
          context?.assumingMemoryBound(to: Int.self).pointee += 1
          return 1
        }, context: UnsafeMutableRawPointer(count))
    }
  }
  #expect(refused?.kind == Int32(ASSAY_CANCELLED))
  #expect(polls == 1)
}

@Test func aModelFolderThatIsNotThereIsRefused() {
  let refused = refusal { _ = try Opened(#"{"path": "/no/such/folder"}"#) }
  #expect(refused?.kind == Int32(ASSAY_MODEL))
  #expect(refused?.message.contains("/no/such/folder") == true)
}

@Test(arguments: [
  (#"{}"#, "config: expected a value, found none"),
  (#"{"path": 3}"#, "path: expected a string, found the integer 3"),
  (
    #"{"path": "x", "map": 1}"#,
    #""map": expected one of path, mapped, precision, vocabulary, found an unknown option"#
  ),
  (#"{"config": {}, "tensors": {"w": 1}}"#, "tensors.w: expected an array, found the integer 1"),
])
func argumentsThatOpenNoModelAreRefused(_ json: String, _ message: String) {
  #expect(refusal { _ = try Opened(json) }?.message == message)
}
