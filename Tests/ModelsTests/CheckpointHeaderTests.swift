import Tensors
import TestSupport
import Testing

@testable import Models

@Suite("Safetensors header") struct CheckpointHeaderTests {
  private static let valid = #"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#

  private func read(_ header: String, dataByteCount: Int = 8) throws {
    let data = [UInt8](repeating: 0, count: dataByteCount)
    _ = try SafetensorsFile(bytes: safetensors(header: header, data: data))
  }

  @Test("a valid header is accepted, padded or not (oracle: the format's description)")
  func validHeader() throws {
    try read(Self.valid)
    try read(Self.valid + "    ")
    try read(#"{"__metadata__":{"format":"pt"},"# + Self.valid.dropFirst())
    try read("{}", dataByteCount: 0)
    try read(#"{"w":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}"#, dataByteCount: 4)
    try read(#"{"w":{"dtype":"F32","shape":[0,3],"data_offsets":[0,0]}}"#, dataByteCount: 0)
  }

  @Test("a file shorter than 8 bytes is an error")
  func noLength() {
    for count in 1..<8 {
      expectFailure(.checkpoint, "model.safetensors", "8 bytes", "\(count) bytes") {
        _ = try SafetensorsFile(bytes: [UInt8](repeating: 0, count: count))
      }
    }
  }

  @Test("a header length beyond the end of the file is an error")
  func lengthBeyondFile() {
    expectFailure(.checkpoint, "header of 100 bytes", "found 2 bytes") {
      _ = try SafetensorsFile(bytes: [100, 0, 0, 0, 0, 0, 0, 0, 0x7B, 0x7D])
    }
  }

  @Test("a header length beyond 100 MB is an error, up to 2^64 - 1")
  func lengthBeyondLimit() {
    for prefix in [[UInt8](repeating: 255, count: 8), [0, 0, 0, 6, 0, 0, 0, 0]] {
      expectFailure(.checkpoint, "at most 100000000 bytes") {
        _ = try SafetensorsFile(bytes: prefix + [0x7B, 0x7D])
      }
    }
  }

  @Test("a header that is not UTF-8 is an error")
  func notUTF8() {
    let bytes: [UInt8] = [6, 0, 0, 0, 0, 0, 0, 0, 0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x30]
    expectFailure(.checkpoint, "model.safetensors, header, byte 2", "UTF-8") {
      _ = try SafetensorsFile(bytes: bytes)
    }
  }

  @Test(
    "every way a header can be wrong is an error that names it",
    arguments: [
      ("garbage", ["header, byte 0", "a JSON value"]),
      ("", ["header, byte 0", "end of the text"]),
      ("[]", ["header", "expected an object", "a list of 0"]),
      (
        #"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
        ["every key once", "\"w\" a second time"]
      ),
      (#"{"w":3}"#, ["tensor \"w\"", "an object with dtype", "the integer 3"]),
      (#"{"w":{"shape":[2],"data_offsets":[0,8]}}"#, ["tensor \"w\"", "a dtype", "no dtype"]),
      (
        #"{"w":{"dtype":"Q4","shape":[2],"data_offsets":[0,8]}}"#,
        ["tensor \"w\"", "F32", "the dtype \"Q4\""]
      ),
      (#"{"w":{"dtype":32,"shape":[2],"data_offsets":[0,8]}}"#, ["a dtype", "the integer 32"]),
      (#"{"w":{"dtype":"F32","data_offsets":[0,8]}}"#, ["a shape", "no shape"]),
      (#"{"w":{"dtype":"F32","shape":2,"data_offsets":[0,8]}}"#, ["a shape", "the integer 2"]),
      (
        #"{"w":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#,
        ["tensor \"w\"", "integers from 0", "-2"]
      ),
      (#"{"w":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}"#, ["integers from 0", "2.0"]),
      (
        #"{"w":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}}"#,
        ["tensor \"w\"", "fits 64 bits"]
      ),
      (
        #"{"w":{"dtype":"F64","shape":[1152921504606846976],"data_offsets":[0,0]}}"#,
        ["fits 64 bits"]
      ),
      (
        #"{"w":{"dtype":"F32","shape":[9223372036854775807,0],"data_offsets":[0,0]}}"#,
        ["fits 64 bits"]
      ),
      (#"{"w":{"dtype":"F32","shape":[2]}}"#, ["two integers", "no data_offsets"]),
      (#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[8]}}"#, ["two integers", "1 values"]),
      (#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,4,8]}}"#, ["two integers", "3 values"]),
      (#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,"8"]}}"#, ["two integers", "\"8\""]),
      (#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, ["ascending", "8 to 0"]),
      (#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}"#, ["from 0", "-8 to 0"]),
      (
        #"{"w":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}"#,
        ["tensor \"w\"", "within the 8 bytes", "0 to 16"]
      ),
      (
        #"{"w":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#,
        ["tensor \"w\"", "12 bytes for F32 [3]", "8 in data_offsets"]
      ),
      (
        #"{"v":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
        ["tensor \"w\"", "not overlap", "bytes 4 to 8 also in \"v\""]
      ),
      (
        #"{"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
        ["tensor \"w\"", "without holes", "4 unused bytes after the header"]
      ),
      (
        #"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
        ["4 bytes of data, all of them in tensors", "4 more"]
      ),
      (#"{"__metadata__":3}"#, ["tensor \"__metadata__\"", "an object"]),
      (#"{"__metadata__":{"a":1}}"#, ["__metadata__", "a string for \"a\"", "the integer 1"]),
    ])
  func malformed(header: String, parts: [String]) {
    let error = #expect(throws: AssayError.self) { try read(header) }
    #expect(error?.kind == .checkpoint)
    #expect(error?.subject.hasPrefix("model.safetensors") == true)
    for part in parts { #expect(error?.description.contains(part) == true, "\(error as Any)") }
  }

  @Test("names that differ only in Unicode normalization are an error, not a hidden tensor")
  func equivalentNames() {
    let header = """
      {"\u{E9}":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},\
      "e\u{301}":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}
      """
    expectFailure(.checkpoint, "tensor", "Unicode normalization") { try read(header) }
  }

  @Test("names from the file are escaped and shortened in messages")
  func hostileNames() {
    let name = "\\u001b[31m" + String(repeating: "x", count: 1000)
    let error = #expect(throws: AssayError.self) { try read("{\"\(name)\":3}") }
    #expect(error?.description.contains("\u{1B}") == false)
    #expect((error?.description.count ?? 0) < 400)
  }
}

@Suite("Safetensors fuzzing") struct CheckpointFuzzTests {
  /// A file with tensors of several types.
  private func valid() -> [UInt8] {
    let header = """
      {"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},\
      "b":{"dtype":"F16","shape":[3],"data_offsets":[24,30]},\
      "c":{"dtype":"I64","shape":[1],"data_offsets":[30,38]},\
      "d":{"dtype":"BF16","shape":[1,1],"data_offsets":[38,40]}}
      """
    return safetensors(header: header, data: (0..<40).map { UInt8($0) })
  }

  /// Touches every number that a file claims to hold.
  private func readEverything(_ bytes: [UInt8]) throws {
    let file = try SafetensorsFile(bytes: bytes)
    for entry in file.entries {
      if entry.type.isFloat {
        _ = try file.tensor(entry.name).scalars
      } else {
        _ = try? file.integers(entry.name)
      }
    }
  }

  @Test("every truncation of a valid file is an error and never a trap")
  func truncations() throws {
    let bytes = valid()
    try readEverything(bytes)
    for count in 0..<bytes.count {
      #expect(throws: AssayError.self) { try readEverything(Array(bytes.prefix(count))) }
    }
  }

  @Test("random changes of a valid file are read or refused and never trap")
  func changes() throws {
    let bytes = valid()
    let headerLength = bytes.count - 40
    let digits = Array("0123456789[]{},:\"-.eE".utf8)
    var refused = 0
    for round in 0..<20_000 {
      var draw = RandomSource(seed: 3, stream: "safetensors fuzz").draw(round)
      var changed = bytes
      for _ in 0...draw.integer(below: 3) {
        let place = draw.integer(below: headerLength)
        changed[place] =
          draw.integer(below: 2) == 0
          ? digits[draw.integer(below: digits.count)] : UInt8(truncatingIfNeeded: draw.next())
      }
      do { try readEverything(changed) } catch { refused += 1 }
    }
    #expect(refused > 10_000 && refused < 20_000)
  }
}
