import Tensors

/// Tables of comma-separated values, by RFC 4180: values may be quoted, and then hold commas, line ends
/// and doubled quotes.
enum CommaSeparated {
  /// The rows of a table in UTF-8; empty lines are none.
  /// - Throws: `input` for bytes that are no UTF-8 and for a quotation that does not end.
  static func rows(_ bytes: [UInt8], subject: String) throws(AssayError) -> [[String]] {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw AssayError(.input, subject, expected: "text in UTF-8", found: "other bytes")
    }
    var reader = Reader(text.unicodeScalars.first == "\u{FEFF}" ? Array(bytes.dropFirst(3)) : bytes)
    while reader.step() {}
    guard !reader.isQuoted else {
      throw AssayError(.input, subject, expected: "the end of a quotation", found: "the file's end")
    }
    return reader.rows
  }

  private struct Reader {
    let bytes: [UInt8]
    var place = 0
    var rows: [[String]] = []
    var row: [String] = []
    var value: [UInt8] = []
    var isQuoted = false
    var wasQuoted = false

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Reads one byte; false at the end.
    mutating func step() -> Bool {
      guard place < bytes.count else {
        endRow()
        return false
      }
      let byte = bytes[place]
      place += 1
      let isQuote = byte == UInt8(ascii: "\"")
      if isQuoted {
        guard isQuote else {
          value.append(byte)
          return true
        }
        if place < bytes.count, bytes[place] == byte {
          value.append(byte)
          place += 1
        } else {
          isQuoted = false
        }
        return true
      }
      switch byte {
      case UInt8(ascii: "\"") where value.isEmpty: (isQuoted, wasQuoted) = (true, true)
      case UInt8(ascii: ","): endValue()
      case UInt8(ascii: "\n"): endRow()
      case UInt8(ascii: "\r") where place < bytes.count && bytes[place] == UInt8(ascii: "\n"): break
      default: value.append(byte)
      }
      return true
    }

    private mutating func endValue() {
      row.append(String(decoding: value, as: UTF8.self))
      (value, wasQuoted) = ([], false)
    }

    private mutating func endRow() {
      if row.isEmpty && value.isEmpty && !wasQuoted { return }
      endValue()
      rows.append(row)
      row = []
    }
  }
}
