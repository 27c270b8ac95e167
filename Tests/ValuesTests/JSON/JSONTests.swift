import Foundation
import Tensors
import TestSupport
import Testing

@testable import Values

@Suite("JSON") struct CheckpointJSONTests {
  private func parse(_ text: String) throws -> Value {
    try Value.parse(Array(text.utf8), subject: "text")
  }

  @Test("values of every kind are read (oracle: RFC 8259)")
  func kinds() throws {
    let value = try parse(
      #" {"a": null, "b": [true, false], "c": -12, "d": 1.5e3, "e": "x", "f": {}, "g": []} "#)
    let expected: Value = [
      "a": .null, "b": [true, false], "c": -12, "d": 1500.0, "e": "x", "f": [:], "g": [],
    ]
    #expect(value == expected)
    #expect(value.recordValue?.keys == ["a", "b", "c", "d", "e", "f", "g"])
  }

  @Test("escapes and characters beyond ASCII are read (oracle: the literal text)")
  func strings() throws {
    #expect(
      try parse(#""\"\\\/\b\f\n\r\tA\u00e9\ud83d\ude00""#).textValue == "\"\\/\u{8}\u{c}\n\r\tAé😀"
    )
    #expect(try parse("\"é😀漢\u{10FFFF}\"").textValue == "é😀漢\u{10FFFF}")
    #expect(try parse(#""\u0000""#).textValue == "\0")
  }

  @Test(
    "numbers equal the nearest double (oracle: the C library's strtod)",
    arguments: [
      "0.1", "1e22", "1e23", "9007199254740993.0", "2.2250738585072011e-308", "5e-324", "-0.0",
      "123456789012345678901234567890", "1.7976931348623157e308", "0.000001", "1E+2", "4e-400",
      "3.141592653589793238462643383279", "9223372036854775808", "1e-0000000000000000000000001",
    ])
  func doubles(text: String) throws {
    let value = try #require(try parse(text).numberValue)
    #expect(value.bitPattern == strtod(text, nil).bitPattern)
  }

  @Test("whole numbers that fit 64 bits stay integers (oracle: their text)")
  func integers() throws {
    for integer in [0, -1, 42, Int.max, Int.min] {
      #expect(try parse(integer.description) == .integer(integer))
    }
    #expect(try parse("-0") == .integer(0))
  }

  @Test("what is encoded reads back equal, bit by bit (metamorphic)")
  func roundTrip() throws {
    var draw = RandomSource(seed: 1, stream: "json").draw(0)
    var numbers: [Value] = [.number(.greatestFiniteMagnitude), .number(.leastNonzeroMagnitude)]
    while numbers.count < 2000 {
      let value = Double(bitPattern: draw.next())
      if value.isFinite { numbers.append(.number(value)) }
    }
    let scalars = (0..<0x3000).compactMap(Unicode.Scalar.init).map(Character.init)
    let value: Value = [
      "numbers": .list(numbers), "text": .text(String(scalars)), "\u{0}\"\\": 3.0, "": -0.0,
    ]
    #expect(try Value.parse(value.jsonBytes, subject: "text") == value)
  }

  @Test("infinities and NaN are written as null (oracle: the definition)")
  func undefined() {
    let value: Value = [.number(.infinity), .number(-.infinity), .number(.nan), 1.0]
    #expect(value.json == "[null,null,null,1.0]")
  }

  @Test(
    "text that is not JSON is an error that names the byte",
    arguments: [
      ("", 0, "the end of the text"), ("{", 1, "a key in quotes"), ("[1,]", 3, "a JSON value"),
      ("{\"a\" 1}", 5, "a colon"), ("{\"a\":1,}", 7, "a key in quotes"), ("[1 2]", 3, "bracket"),
      ("{\"a\":1 \"b\":2}", 7, "brace"), ("01", 1, "the end of the text"), ("1.", 2, "a digit"),
      ("-", 1, "a digit"), ("1e+", 3, "a digit"), (".5", 0, "a JSON value"), ("+1", 0, "`+`"),
      ("NaN", 0, "a JSON value"), ("Infinity", 0, "a JSON value"), ("nul", 3, "null"),
      ("tru3", 3, "true"), ("\"a", 2, "a closing quote"), ("\"\n\"", 1, "control characters"),
      (#""\x""#, 2, "after a backslash"), (#""\u12g4""#, 5, "hexadecimal"),
      (#""\ud800""#, 1, "surrogates"), (#""\ud800\u0041""#, 1, "surrogates"),
      (#""\udc00""#, 1, "surrogates"), ("1 1", 2, "the end of the text"),
      ("1e999", 0, "range of a double"), ("{\"a\":1,\"a\":2}", 7, "every key once"),
      ("\u{FEFF}1", 0, "a JSON value"), ("1\0", 1, "the byte 0x0"), ("// x\n1", 0, "`/`"),
    ])
  func malformed(text: String, position: Int, message: String) {
    expectFailure(.checkpoint, "text, byte \(position):", message) { _ = try parse(text) }
  }

  @Test(
    "bytes that are not UTF-8 are an error (oracle: Unicode, table 3-7)",
    arguments: [
      [0x80], [0xC0, 0x80], [0xC3], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80],
      [0xF0, 0x8F, 0xBF, 0xBF],
      [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82], [0xFF],
    ] as [[UInt8]])
  func encoding(bytes: [UInt8]) {
    expectFailure(.checkpoint, "byte 2", "UTF-8") {
      _ = try Value.parse([0x22, 0x61] + bytes + [0x22], subject: "text")
    }
  }

  @Test("nesting beyond the limit is an error, not a stack overflow")
  func depth() throws {
    let deep = String(repeating: "[", count: 100_000)
    expectFailure(.checkpoint, "at most 64 nested") { _ = try parse(deep) }
    let limit = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
    _ = try parse(limit)
  }

  @Test("the subject and the kind of the error are the caller's")
  func kind() {
    expectFailure(.option, "arguments, byte 0") {
      _ = try Value.parse([], subject: "arguments", kind: .option)
    }
  }

  @Test("an object keeps its order and finds each key (oracle: a linear search)")
  func objects() {
    var object = Members()
    for index in 0..<100 { object["key \(index * 7 % 100)"] = .integer(index) }
    #expect(object.count == 100)
    #expect(object.keys.prefix(3) == ["key 0", "key 7", "key 14"])
    for (key, value) in object { #expect(object[key] == value) }
    object["key 7"] = nil
    object["key 14"] = "changed"
    #expect(object.count == 99 && object["key 7"] == nil && object["key 99"] != nil)
    #expect(object.keys[1] == "key 14" && object["key 14"] == "changed")
    #expect(object["no such key"] == nil)
  }

  @Test("keys are compared by bytes, not by canonical equivalence (oracle: RFC 8259, section 8.3)")
  func equivalence() throws {
    #expect(try parse("{\"\u{E9}\": 1, \"e\u{301}\": 2}").recordValue?.count == 2)
  }

  @Test("random bytes never trap (fuzzing)")
  func fuzz() throws {
    let seed = #"{"a": [1, -2.5e3, "x\u00e9\ud83d\ude00é", null, true], "b": {"c": {}}}"#
    let source = RandomSource(seed: 2, stream: "json fuzz")
    for round in 0..<5000 {
      var draw = source.draw(round)
      var bytes = Array(seed.utf8)
      for _ in 0...draw.integer(below: 4) {
        bytes[draw.integer(below: bytes.count)] = UInt8(truncatingIfNeeded: draw.next())
      }
      bytes.removeLast(draw.integer(below: 3) == 0 ? draw.integer(below: bytes.count) : 0)
      if let value = try? Value.parse(bytes, subject: "text") {
        #expect(try Value.parse(value.jsonBytes, subject: "text") == value)
      }
    }
  }
}
