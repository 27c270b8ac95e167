/// One tokenised text, or a pair, with what every token stands for.
public struct Encoding: Sendable, Equatable {
  /// Rows of the vocabulary, one a token.
  public internal(set) var ids: [Int] = []
  /// 0 for the first text and 1 for its pair, as the tokenizer's template has it.
  public internal(set) var types: [Int] = []
  /// The Unicode scalars of the text (or of the pair's second text) that a token stands for; empty
  /// for tokens that the template added.
  public internal(set) var offsets: [Range<Int>] = []
  /// Which piece of the text, as it was cut before the vocabulary was looked at, a token belongs to;
  /// nil for tokens that the template added.
  public internal(set) var words: [Int?] = []
  /// Which text a token is of: 0, 1, or nil for tokens that the template added.
  public internal(set) var sequences: [Int?] = []

  /// Whether the template added the token.
  public var isAdded: [Bool] { sequences.map { $0 == nil } }

  mutating func append(_ other: Encoding, type: Int, sequence: Int) {
    ids += other.ids
    types += Array(repeating: type, count: other.ids.count)
    offsets += other.offsets
    words += other.words
    sequences += Array(repeating: sequence, count: other.ids.count)
  }

  mutating func append(special id: Int, type: Int) {
    ids.append(id)
    types.append(type)
    offsets.append(0..<0)
    words.append(nil)
    sequences.append(nil)
  }

  /// Leaves out the last tokens of the longer of one or two encodings until both fit.
  static func cut(_ encodings: inout [Encoding], to room: Int) {
    let counts = encodings.map(\.ids.count)
    guard counts.reduce(0, +) > room else { return }
    guard counts.count == 2 else { return encodings[0].keep(room) }
    let shorter = min(counts[0], counts[1], room / 2)
    let isFirst = counts[0] <= counts[1]
    encodings[0].keep(isFirst ? shorter : room - shorter)
    encodings[1].keep(isFirst ? room - shorter : shorter)
  }

  private mutating func keep(_ count: Int) {
    let rest = max(0, ids.count - count)
    ids.removeLast(rest)
    types.removeLast(rest)
    offsets.removeLast(rest)
    words.removeLast(rest)
    sequences.removeLast(rest)
  }
}
