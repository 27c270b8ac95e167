// A strict reader of JSON (RFC 8259) for untrusted bytes; strings and numbers are read in
// JSONParser+Scalars.swift.

import Tensors

extension Value {
  /// Reads one JSON text: UTF-8 without a byte order mark, no duplicate key, no trailing bytes.
  ///
  /// - Parameters:
  ///   - subject: What the text is, for messages: a file, an argument.
  ///   - kind: The kind of the error that is thrown.
  ///   - depthLimit: How deep arrays and objects may nest.
  /// - Throws: An error whose subject names the byte where the text stops being JSON.
  /// - Complexity: O(bytes).
  package static func parse(
    _ bytes: [UInt8], subject: String, kind: AssayError.Kind = .checkpoint, depthLimit: Int = 64
  ) throws(AssayError) -> Value {
    var parser = JSONParser(bytes: bytes, subject: subject, kind: kind, depthLimit: depthLimit)
    return try parser.document()
  }
}

struct JSONParser {
  let bytes: [UInt8]
  let subject: String
  let kind: AssayError.Kind
  let depthLimit: Int
  var position = 0
  private var depth = 0

  init(bytes: [UInt8], subject: String, kind: AssayError.Kind, depthLimit: Int) {
    self.bytes = bytes
    self.subject = subject
    self.kind = kind
    self.depthLimit = depthLimit
  }

  mutating func document() throws(AssayError) -> Value {
    let result = try value()
    skipSpace()
    if position < bytes.count { throw failure(expected: "the end of the text") }
    return result
  }

  private mutating func value() throws(AssayError) -> Value {
    skipSpace()
    switch current {
    case UInt8(ascii: "{"): return try .record(record())
    case UInt8(ascii: "["): return try .list(list())
    case UInt8(ascii: "\""): return try .text(string())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: throw failure(expected: "a JSON value")
    }
  }

  private mutating func record() throws(AssayError) -> Members {
    try open()
    var members = Members()
    skipSpace()
    if !consume("}") {
      repeat {
        skipSpace()
        let start = position
        guard current == UInt8(ascii: "\"") else { throw failure(expected: "a key in quotes") }
        let key = try string()
        skipSpace()
        guard consume(":") else { throw failure(expected: "a colon after the key") }
        let member = try value()
        guard members.insert(key, member) else {
          throw failure(
            at: start, expected: "every key once",
            found: "the key \(Value.quoted(key)) a second time")
        }
        skipSpace()
      } while consume(",")
      guard consume("}") else { throw failure(expected: "a comma or a closing brace") }
    }
    depth -= 1
    return members
  }

  private mutating func list() throws(AssayError) -> [Value] {
    try open()
    var elements: [Value] = []
    skipSpace()
    if !consume("]") {
      repeat {
        elements.append(try value())
        skipSpace()
      } while consume(",")
      guard consume("]") else { throw failure(expected: "a comma or a closing bracket") }
    }
    depth -= 1
    return elements
  }

  /// Enters an array or object.
  private mutating func open() throws(AssayError) {
    depth += 1
    if depth > depthLimit {
      throw failure(expected: "at most \(depthLimit) nested arrays and objects", found: "more")
    }
    position += 1
  }

  private mutating func word(
    _ word: StaticString, _ value: Value
  ) throws(AssayError) -> Value {
    for expected in word.description.utf8 {
      guard current == expected else { throw failure(expected: "\(word)") }
      position += 1
    }
    return value
  }

  // MARK: - Bytes

  /// The byte at the position; 0, which no JSON syntax uses, at the end.
  var current: UInt8 { position < bytes.count ? bytes[position] : 0 }

  private mutating func skipSpace() {
    while true {
      switch current {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return
      }
    }
  }

  mutating func consume(_ scalar: Unicode.Scalar) -> Bool {
    guard current == UInt8(ascii: scalar) else { return false }
    position += 1
    return true
  }

  func failure(at place: Int? = nil, expected: String, found: String? = nil) -> AssayError {
    let place = place ?? position
    return AssayError(
      kind, "\(subject), byte \(place)", expected: expected, found: found ?? describe(place))
  }

  private func describe(_ place: Int) -> String {
    guard place < bytes.count else { return "the end of the text" }
    let byte = bytes[place]
    return (0x21...0x7E).contains(byte)
      ? "`\(Unicode.Scalar(byte))`" : "the byte 0x\(String(byte, radix: 16))"
  }
}
