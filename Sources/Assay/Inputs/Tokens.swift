import Models
import Tensors
import Tokenization

/// One tokenised input: ids, the words they belong to, and which of them are special.
public struct Tokens: Sendable {
  /// Rows of the model's vocabulary, one a token; zeros for the patches of a picture.
  public let ids: [Int]
  /// How the vocabulary spells the tokens; patches are called by their row and column.
  public let pieces: [String]
  /// Which tokens a template added or only mark structure.
  public let special: [Bool]
  /// Which word a token belongs to, counted from 0; nil for special ones.
  public let words: [Int?]
  /// The token's Unicode scalars in `text`, or in the second text of a pair.
  public let offsets: [Range<Int>]
  /// 0 for the first text and 1 for its pair.
  public let types: [Int]
  /// What was tokenised; empty when ids were given.
  public let text: String
  /// The second text of a pair.
  public let pair: String?
  /// Where a head that scores every position is read; nil leaves it to the head: a masked model reads
  /// the first mask token, a causal one the last position.
  public private(set) var position: Int?
  /// The picture `[channels, height, width]` that the tokens are patches of.
  public let picture: Tensor?
  /// The side of a patch in pixels; nil for texts.
  public let patchSide: Int?

  /// How many tokens there are.
  public var count: Int { ids.count }

  init(
    ids: [Int], pieces: [String], special: [Bool], words: [Int?], offsets: [Range<Int>],
    types: [Int], text: String = "", pair: String? = nil, position: Int? = nil,
    picture: Tensor? = nil, patchSide: Int? = nil
  ) {
    self.ids = ids
    self.pieces = pieces
    self.special = special
    self.words = words
    self.offsets = offsets
    self.types = types
    self.text = text
    self.pair = pair
    self.position = position
    self.picture = picture
    self.patchSide = patchSide
  }

  /// Token ids, none of which counts as special; each is a word of its own.
  public init(ids: [Int]) {
    self.init(
      ids: ids, pieces: ids.map(String.init), special: ids.map { _ in false },
      words: ids.indices.map { $0 }, offsets: ids.map { _ in 0..<0 }, types: ids.map { _ in 0 })
  }

  /// The patches of a picture, row by row, behind the class token.
  init(picture: Tensor, side: Int) {
    let (rows, columns) = (picture.shape[1] / side, picture.shape[2] / side)
    let names = (0..<rows).flatMap { row in
      (0..<columns).map { "row \(row + 1), column \($0 + 1)" }
    }
    let places = 0...names.count
    self.init(
      ids: places.map { _ in 0 }, pieces: ["[CLS]"] + names, special: places.map { $0 == 0 },
      words: places.map { $0 == 0 ? nil : $0 - 1 }, offsets: places.map { _ in 0..<0 },
      types: places.map { _ in 0 }, picture: picture, patchSide: side)
  }

  /// The tokens of a text or a pair, as the model's tokenizer cuts them.
  init(
    _ text: String, pair: String?, of model: Model, truncates: Bool
  ) throws(AssayError) {
    let tokenizer = try model.requiredTokenizer()
    let limit = model.card.maximumLength
    var encoding = try tokenizer.encode(text, pair: pair)
    if let limit, encoding.ids.count > limit {
      guard truncates else {
        throw AssayError(
          .input, "text", expected: "at most \(limit) tokens",
          found: "\(encoding.ids.count); shorten it, or let it be cut")
      }
      encoding = try tokenizer.encode(text, pair: pair, limit: limit)
    }
    let special = tokenizer.special(encoding)
    self.init(
      ids: encoding.ids, pieces: encoding.ids.map { tokenizer.piece($0) ?? "\($0)" },
      special: special, words: tokenizer.words(encoding, special, of: text, pair),
      offsets: encoding.offsets, types: encoding.types, text: text, pair: pair)
  }

  /// The same tokens with a chosen position, counted from the end when negative.
  /// - Throws: `option` when there is no such position.
  public func at(_ position: Int) throws(AssayError) -> Tokens {
    guard -count <= position, position < count else {
      throw AssayError(
        .option, "position", expected: "one of \(-count) to \(count - 1)", found: "\(position)")
    }
    var copy = self
    copy.position = position < 0 ? position + count : position
    return copy
  }

  /// The words as they stand in the text, one for each number in `words`.
  public var wordTexts: [String] {
    let sources = [text, pair ?? ""].map { Array($0.unicodeScalars) }
    let members = Dictionary(grouping: words.indices) { words[$0] ?? -1 }
    return members.filter { $0.key >= 0 }.sorted { $0.key < $1.key }.map { _, places in
      let (first, last) = (places[0], places[places.count - 1])
      let source = sources[pair != nil && types[first] == 1 ? 1 : 0]
      let end = min(offsets[last].upperBound, source.count)
      let scalars = source[min(offsets[first].lowerBound, end)..<end]
      let spelled = String(String.UnicodeScalarView(scalars)).trimmed
      return spelled.isEmpty ? places.map { pieces[$0] }.joined() : spelled
    }
  }

  /// The tokens as the engine takes them.
  func input(for model: Model) throws(AssayError) -> Input {
    if let picture { return try model.input(pixels: picture) }
    return Input(
      ids: ids, types: types, special: special, words: words,
      vocabulary: model.vocabulary ?? Vocabulary(size: model.card.vocabularySize ?? 0),
      position: position)
  }
}

extension String {
  /// The text without the white space at its ends.
  fileprivate var trimmed: String {
    let rest = drop(while: \.isWhitespace)
    let end = rest.lastIndex { !$0.isWhitespace }.map(rest.index(after:))
    return String(rest[..<(end ?? rest.startIndex)])
  }
}
