/// Bytes as text, by RFC 4648.
enum Base64 {
  private static let letters = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// The value of every letter; 64 of no other byte.
  private static let values = (0...255).map { byte in
    UInt8(clamping: letters.firstIndex(of: UInt8(clamping: byte)) ?? 64)
  }

  static func encode(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let part = bytes[start..<min(start + 3, bytes.count)]
      let word = part.enumerated().reduce(UInt32(0)) { word, byte in
        word | UInt32(truncatingIfNeeded: byte.element) << (16 - 8 * byte.offset)
      }
      for place in 0..<4 {
        let letter = letters[Int(truncatingIfNeeded: word >> (18 - 6 * place) & 63)]
        text.append(place <= part.count ? letter : UInt8(ascii: "="))
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// nil for text that is no such encoding.
  static func decode(_ text: String) -> [UInt8]? {
    let body = Array(text.utf8)
    let padding = body.reversed().prefix { $0 == UInt8(ascii: "=") }.count
    guard body.count % 4 == 0, padding <= 2 else { return nil }
    var bytes: [UInt8] = []
    var (word, held) = (UInt32(0), 0)
    for letter in body.dropLast(padding) {
      let value = values[Int(clamping: letter)]
      if value == 64 { return nil }
      word = word << 6 | UInt32(truncatingIfNeeded: value)
      held += 6
      if held >= 8 {
        held -= 8
        bytes.append(UInt8(truncatingIfNeeded: word >> held))
      }
    }
    return bytes
  }
}
