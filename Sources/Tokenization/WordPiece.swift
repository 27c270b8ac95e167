import Tensors
import Values

/// The longest spelling of the vocabulary, again and again from the left (Schuster & Nakajima 2012;
/// Devlin et al. 2019).
struct WordPiece: WordModel {
  let vocabulary: [Spelling: Int]
  let unknown: Int?
  private let prefix: Spelling
  /// Longer words are unknown.
  private let longest: Int
  /// The longest spelling in scalars, beyond which none is looked for.
  private let longestSpelling: Int

  init(_ part: Part, _ vocabulary: [Spelling: Int]) throws(AssayError) {
    self.vocabulary = vocabulary
    prefix = Spelling(try part.optionalText("continuing_subword_prefix") ?? "##")
    let limit = part.members["max_input_chars_per_word"]
    guard let longest = limit.map(\.integerValue) ?? 100, longest > 0 else {
      throw part.wrong("max_input_chars_per_word", "a number of letters")
    }
    self.longest = longest
    let name = try part.optionalText("unk_token") ?? "[UNK]"
    guard let unknown = vocabulary[Spelling(name)] else {
      throw part.wrong("unk_token", "a token of the vocabulary")
    }
    self.unknown = unknown
    longestSpelling = vocabulary.keys.reduce(1) { most, spelling in
      max(most, spelling.bytes.count { $0 & 0xC0 != 0x80 })
    }
  }

  func pieces(_ word: [Unicode.Scalar]) -> [Piece] {
    let whole = unknown.map { [Piece(id: $0, range: 0..<word.count)] } ?? []
    guard word.count <= longest else { return whole }
    var pieces: [Piece] = []
    var start = 0
    while start < word.count {
      var end = min(word.count, start + longestSpelling)
      var found: Int?
      while end > start {
        let spelling = Spelling(word[start..<end])
        found = vocabulary[start > 0 ? prefix + spelling : spelling]
        if found != nil { break }
        end -= 1
      }
      guard let found else { return whole }
      pieces.append(Piece(id: found, range: start..<end))
      start = end
    }
    return pieces
  }
}

/// Whole words, unknown otherwise.
struct WordLevel: WordModel {
  let vocabulary: [Spelling: Int]
  let unknown: Int?

  init(_ part: Part, _ vocabulary: [Spelling: Int]) throws(AssayError) {
    self.vocabulary = vocabulary
    unknown = vocabulary[Spelling(try part.optionalText("unk_token") ?? "<unk>")]
  }

  func pieces(_ word: [Unicode.Scalar]) -> [Piece] {
    (vocabulary[Spelling(word)] ?? unknown).map { [Piece(id: $0, range: 0..<word.count)] } ?? []
  }
}
