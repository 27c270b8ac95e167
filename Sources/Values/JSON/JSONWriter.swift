extension Value {
  /// The value as compact JSON; see `jsonBytes`.
  package var json: String { String(decoding: jsonBytes, as: UTF8.self) }

  /// The value as compact JSON in UTF-8. Finite doubles are written with the fewest digits that
  /// read back as the same double; infinities and NaN become `null`. Of arrays the references are
  /// written; see `encoded`.
  package var jsonBytes: [UInt8] { encoded.json }

  /// The JSON text and the arrays it refers to, `{"$array": 0}`, in the order of their references.
  package var encoded: (json: [UInt8], arrays: [NumericArray]) {
    var writer = JSONWriter()
    writer.append(self)
    return (writer.bytes, writer.arrays)
  }
}

private struct JSONWriter {
  var bytes: [UInt8] = []
  var arrays: [NumericArray] = []

  mutating func append(_ value: Value) {
    switch value {
    case .null: bytes += "null".utf8
    case .bool(let value): bytes += (value ? "true" : "false").utf8
    case .integer(let value): bytes += value.description.utf8
    case .number(let value): bytes += (value.isFinite ? value.description : "null").utf8
    case .text(let value): append(value)
    case .list(let elements):
      bytes.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        append(element)
      }
      bytes.append(UInt8(ascii: "]"))
    case .record(let members):
      bytes.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        append(member.key)
        bytes.append(UInt8(ascii: ":"))
        append(member.value)
      }
      bytes.append(UInt8(ascii: "}"))
    case .array(let array):
      append([Value.arrayKey: .integer(arrays.count)])
      arrays.append(array)
    }
  }

  private mutating func append(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): bytes += "\\\"".utf8
      case UInt8(ascii: "\\"): bytes += "\\\\".utf8
      case 0x0A: bytes += "\\n".utf8
      case 0x0D: bytes += "\\r".utf8
      case 0x09: bytes += "\\t".utf8
      case 0..<0x20, 0x7F:
        bytes += "\\u00".utf8
        bytes += [hexadecimal(byte >> 4), hexadecimal(byte & 15)]
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private func hexadecimal(_ digit: UInt8) -> UInt8 {
    digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
  }
}
