/// A token as it is spelt: equal only when the scalars are, where strings are equal when they look
/// alike.
struct Spelling: Hashable, Sendable {
  let bytes: [UInt8]

  init(_ text: String) { bytes = Array(text.utf8) }

  init(_ scalars: some Sequence<Unicode.Scalar>) {
    var bytes: [UInt8] = []
    for scalar in scalars {
      if scalar.value < 0x80 {
        bytes.append(UInt8(truncatingIfNeeded: scalar.value))
      } else {
        bytes += UTF8.encode(scalar).map(Array.init) ?? []
      }
    }
    self.bytes = bytes
  }

  static func + (a: Spelling, b: Spelling) -> Spelling { Spelling(bytes: a.bytes + b.bytes) }

  init(bytes: [UInt8]) { self.bytes = bytes }
}

/// One token of a word: its id and the scalars of the word that it stands for.
struct Piece: Sendable, Equatable {
  var id: Int
  var range: Range<Int>
}

/// What turns one word into tokens.
protocol WordModel: Sendable {
  /// Ids by spelling.
  var vocabulary: [Spelling: Int] { get }
  /// The id of what is not in the vocabulary; nil when there is none.
  var unknown: Int? { get }
  func pieces(_ word: [Unicode.Scalar]) -> [Piece]
}
