// Oracle: the wire form that the header describes.

import Tensors
import Testing

@testable import Values

@Test func aRecordIsWrittenAsJSONBesideItsArrays() {
  let tensor = Tensor([1, 2, 3, 4], shape: [2, 2])
  let record: Value = [
    "verdict": "trustworthy", "ladder": 4, "delta": 0.5, "p_value": .number(.nan),
    "passed": true, "target": .null,
    "layers": [.tensor(tensor), .indices([7, 8])], "scores": .doubles([0.25]),
  ]
  let (json, arrays) = record.encoded
  #expect(
    String(decoding: json, as: UTF8.self)
      == #"{"verdict":"trustworthy","ladder":4,"delta":0.5,"p_value":null,"passed":true,"#
      + #""target":null,"layers":[{"$array":0},{"$array":1}],"scores":{"$array":2}}"#)
  #expect(arrays.map(\.summary) == ["float32[2, 2]", "int32[2]", "float64[1]"])
  #expect(arrays[0].storage === tensor.storage)
  #expect(arrays[1].integers == [7, 8])
  #expect(arrays[2].doubles == [0.25])
}

@Test func aRecordThatWasWrittenIsReadBack() throws {
  let record: Value = [
    "a": [1, 2.5, "x", .null, false], "b": ["c": .doubles([1, 2])], "d": .indices([7]),
  ]
  let (json, arrays) = record.encoded
  let again = try Value(json: json, arrays: arrays)
  #expect(again == record)
  #expect(again.encoded.json == json)
}

@Test(arguments: [
  (#"{"a": {"$array": 1}}"#, #"{"$array":1}"#), (#"{"a": {"$array": -1}}"#, #"{"$array":-1}"#),
  (#"{"a": {"$array": "0"}}"#, #"{"$array":"0"}"#),
  (#"{"a": {"$array": 0, "b": 1}}"#, #"{"$array":0,"b":1}"#),
])
func aReferenceToNoArrayIsRefused(_ json: String, _ found: String) {
  #expect(
    throws: AssayError(
      .option, "arguments", expected: #"{"$array": index} with an index below 1"#, found: found)
  ) { try Value(json: Array(json.utf8), arrays: [NumericArray([1.0])]) }
}

@Test func anArrayThatNothingRefersToIsRefused() {
  #expect(
    throws: AssayError(
      .option, "arguments", expected: "a reference to every array", found: "none to array 0 of 1")
  ) { try Value(json: Array("{}".utf8), arrays: [NumericArray([1.0])]) }
}

@Test func deepNestingIsRefusedAndNotFollowed() {
  let json = Array((String(repeating: "[", count: 100_000)).utf8)
  #expect(throws: AssayError.self) { try Value(json: json, arrays: []) }
}

@Test func aRecordSaysWhetherAnArrayStandsInIt() {
  let plain: Value = ["a": [1, ["b": .null]], "c": "x"]
  let held: Value = ["a": [1, ["b": .doubles([1])]], "c": "x"]
  #expect(!plain.holdsArray && held.holdsArray)
}

@Test func withoutArraysAReferenceIsARecordLikeAnyOther() throws {
  let json = Array(#"{"$array":0}"#.utf8)
  #expect(try Value.parse(json, subject: "text") == ["$array": 0])
}
