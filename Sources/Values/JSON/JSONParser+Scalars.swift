import Tensors

// MARK: - Strings

extension JSONParser {
  mutating func string() throws(AssayError) -> String {
    position += 1
    let start = position
    // Most strings are plain ASCII: they become text in one piece.
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        position += 1
        return String(decoding: bytes[start..<position - 1], as: UTF8.self)
      }
      if byte == UInt8(ascii: "\\") || byte < 0x20 || byte >= 0x80 { break }
      position += 1
    }
    return try string(after: Array(bytes[start..<position]))
  }

  /// The rest of a string with escapes or characters beyond ASCII.
  private mutating func string(after plain: [UInt8]) throws(AssayError) -> String {
    var text = plain
    while position < bytes.count {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        try escape(into: &text)
      case 0..<0x20:
        throw failure(expected: "control characters in strings to be escaped")
      case 0x80...:
        let length = try sequenceLength()
        text += bytes[position..<position + length]
        position += length
      default:
        text.append(byte)
        position += 1
      }
    }
    throw failure(expected: "a closing quote")
  }

  /// The length of the well-formed UTF-8 sequence at the position (Unicode 15, table 3-7).
  private func sequenceLength() throws(AssayError) -> Int {
    let lead = bytes[position]
    let second: ClosedRange<UInt8>
    let length: Int
    switch lead {
    case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xE1...0xEC, 0xEE...0xEF: (length, second) = (3, 0x80...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    default: throw failure(expected: "UTF-8")
    }
    guard length <= bytes.count - position, second.contains(bytes[position + 1]),
      bytes[position + 2..<position + length].allSatisfy({ $0 & 0xC0 == 0x80 })
    else { throw failure(expected: "UTF-8", found: "a broken sequence of bytes") }
    return length
  }

  private mutating func escape(into text: inout [UInt8]) throws(AssayError) {
    position += 1
    let simple: UInt8
    switch current {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): simple = current
    case UInt8(ascii: "b"): simple = 0x08
    case UInt8(ascii: "f"): simple = 0x0C
    case UInt8(ascii: "n"): simple = 0x0A
    case UInt8(ascii: "r"): simple = 0x0D
    case UInt8(ascii: "t"): simple = 0x09
    case UInt8(ascii: "u"):
      if let encoded = UTF8.encode(try escapedScalar()) { text += encoded }
      return
    default: throw failure(expected: "one of \" \\ / b f n r t u after a backslash")
    }
    text.append(simple)
    position += 1
  }

  /// `uXXXX`, or `uD8XX\uDCXX` for a scalar outside the basic plane.
  private mutating func escapedScalar() throws(AssayError) -> Unicode.Scalar {
    let start = position - 1
    let first = try escapedUnit()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, consume("\\"), current == UInt8(ascii: "u") else {
      throw loneSurrogate(at: start)
    }
    let second = try escapedUnit()
    guard (0xDC00..<0xE000).contains(second),
      let scalar = Unicode.Scalar(
        // trap: both are halves of a pair of surrogates
        0x10000 + (UInt32(first - 0xD800) << 10) + UInt32(second - 0xDC00))
    else { throw loneSurrogate(at: start) }
    return scalar
  }

  private func loneSurrogate(at place: Int) -> AssayError {
    failure(at: place, expected: "a pair of surrogates", found: "half of one")
  }

  private mutating func escapedUnit() throws(AssayError) -> UInt16 {
    position += 1
    var unit: UInt16 = 0
    for _ in 0..<4 {
      let digit: UInt8
      switch current {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = current - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = current - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = current - UInt8(ascii: "A") + 10
      default: throw failure(expected: "four hexadecimal digits")
      }
      unit = unit << 4 | UInt16(truncatingIfNeeded: digit)
      position += 1
    }
    return unit
  }
}

// MARK: - Numbers

/// The powers of ten that a double holds exactly.
private let exactPowers: [Double] = [
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
  1e18, 1e19, 1e20, 1e21, 1e22,
]

extension JSONParser {
  mutating func number() throws(AssayError) -> Value {
    let start = position
    let isNegative = consume("-")
    var mantissa = Mantissa()
    if current == UInt8(ascii: "0") {
      position += 1
    } else {
      try digits { mantissa.append($0) }
    }
    var exponent = 0
    var isWhole = true
    if consume(".") {
      isWhole = false
      let first = position
      try digits { mantissa.append($0) }
      exponent = first - position
    }
    if consume("e") || consume("E") {
      isWhole = false
      let isNegativeExponent = consume("-")
      if !isNegativeExponent { _ = consume("+") }
      var written = 0
      // Beyond a million the sign decides between zero and infinity; more digits say nothing.
      try digits { written = min(written * 10 + Int(truncatingIfNeeded: $0), 1_000_000) }
      exponent += isNegativeExponent ? -written : written
    }
    if isWhole, let whole = mantissa.integer(isNegative: isNegative) { return .integer(whole) }
    // Both factors are exact, so one rounding gives the nearest double (Clinger 1990).
    if let exact = mantissa.exact, abs(exponent) < exactPowers.count {
      let power = exactPowers[abs(exponent)]
      let value = exponent < 0 ? exact / power : exact * power
      return .number(isNegative ? -value : value)
    }
    let written = String(decoding: bytes[start..<position], as: UTF8.self)
    guard let value = Double(written), value.isFinite else {
      throw failure(
        at: start, expected: "a number within the range of a double",
        found: Value.quoted(written))
    }
    return .number(value)
  }

  private mutating func digits(_ take: (UInt8) -> Void) throws(AssayError) {
    let start = position
    while (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(current) {
      take(current - UInt8(ascii: "0"))
      position += 1
    }
    if position == start { throw failure(expected: "a digit") }
  }
}

/// The digits of a number, gathered as long as 64 bits hold them.
private struct Mantissa {
  private var value: UInt64 = 0
  private var overflows = false

  mutating func append(_ digit: UInt8) {
    let (tens, first) = value.multipliedReportingOverflow(by: 10)
    let (sum, second) = tens.addingReportingOverflow(UInt64(truncatingIfNeeded: digit))
    overflows = overflows || first || second
    if !overflows { value = sum }
  }

  /// The signed value if 64 bits hold it.
  func integer(isNegative: Bool) -> Int? {
    if overflows { return nil }
    if isNegative { return value == Int.min.magnitude ? .min : Int(exactly: value).map { -$0 } }
    return Int(exactly: value)
  }

  /// The value if a double holds it exactly.
  var exact: Double? { overflows || value > 1 << 53 ? nil : Double(value) }
}
