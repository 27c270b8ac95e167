import Tensors
import Values

// Tokens as they stand in saved results: lists beside each other, or a picture's pixels.

extension Tokens {
  /// The tokens as a record.
  var record: Value {
    if let picture, let patchSide {
      let bytes = picture.scalars.flatMap { number in
        (0..<4).map { UInt8(truncatingIfNeeded: number.bitPattern >> (8 * $0)) }
      }
      return [
        "pixels": .text(Base64.encode(bytes)),
        "shape": .list(picture.shape.map { .integer($0) }), "side": .integer(patchSide),
      ]
    }
    return [
      "ids": .list(ids.map { .integer($0) }), "special": .list(special.map { .bool($0) }),
      "words": .list(words.map { .integer($0 ?? -1) }),
      "offsets": .list(offsets.map { [.integer($0.lowerBound), .integer($0.upperBound)] }),
      "types": .list(types.map { .integer($0) }), "pieces": .list(pieces.map { .text($0) }),
      "text": .text(text), "pair": .optional(pair) { .text($0) },
      "position": .optional(position) { .integer($0) },
    ]
  }

  /// The tokens of such a record.
  /// - Throws: `option` where its parts do not fit each other.
  init(record: Argument) throws(AssayError) {
    var fields = try record.fields()
    if let pixels = fields.optional("pixels") {
      try self.init(pixels, &fields)
      return
    }
    let most = Int(Int32.max)
    let ids = try fields.required("ids").integers(in: 0...most)
    let words = try fields.required("words").integers(in: -1...most)
    let offsets = try fields.required("offsets").list { one throws(AssayError) in
      let ends = try one.integers(in: 0...most)
      guard ends.count == 2, ends[0] <= ends[1] else { throw one.mismatch("a range") }
      return ends[0]..<ends[1]
    }
    let special = try fields.required("special").list { one throws(AssayError) in
      try one.boolean()
    }
    let pieces = try fields.required("pieces").list { one throws(AssayError) in try one.string() }
    let types = try fields.required("types").integers(in: 0...most)
    let position = try fields.optional("position")?.integer(in: 0...max(0, ids.count - 1))
    let counts = [words.count, offsets.count, special.count, pieces.count, types.count]
    guard !ids.isEmpty, Set(counts) == [ids.count],
      Set(words.filter { $0 >= 0 }).count == (words.max() ?? -1) + 1
    else { throw record.mismatch("one value for each token in every list") }
    self.init(
      ids: ids, pieces: pieces, special: special, words: words.map { $0 < 0 ? nil : $0 },
      offsets: offsets, types: types, text: try fields.optional("text")?.string() ?? "",
      pair: try fields.optional("pair")?.string(), position: position)
  }

  private init(_ pixels: Argument, _ fields: inout Fields) throws(AssayError) {
    let shape = try fields.required("shape").integers(in: 1...1 << 20)
    let side = try fields.required("side").integer(in: 1...1 << 20)
    guard let bytes = Base64.decode(try pixels.string()), shape.count == 3,
      bytes.count == shape.reduce(4, { $0 * $1 }), shape[1] >= side, shape[2] >= side
    else { throw pixels.mismatch("the pixels of a picture") }
    let numbers = stride(from: 0, to: bytes.count, by: 4).map { place in
      Float(
        bitPattern: (0..<4).reduce(0) {
          $0 | UInt32(truncatingIfNeeded: bytes[place + $1]) << (8 * $1)
        })
    }
    self.init(picture: Tensor(numbers, shape: shape), side: side)
  }
}

extension Tokens: Equatable {
  /// Equal in everything that a saved result says of them.
  public static func == (a: Tokens, b: Tokens) -> Bool { a.record == b.record }
}

extension Argument {
  /// The whole numbers of a list.
  func integers(in range: ClosedRange<Int>) throws(AssayError) -> [Int] {
    try list { one throws(AssayError) in try one.integer(in: range) }
  }

  /// The finite numbers of a list.
  func numbers() throws(AssayError) -> [Double] {
    try list { one throws(AssayError) in try one.number() }
  }
}
