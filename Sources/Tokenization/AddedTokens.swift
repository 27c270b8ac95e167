import Tensors
import Values

/// Tokens that are found in a text whole, before it is cut.
struct AddedTokens: Sendable {
  /// One such token and where it may stand.
  struct Token: Sendable {
    let id: Int
    let content: String
    let isSpecial: Bool
    let isWord: Bool
    let takesSpaceBefore: Bool
    let takesSpaceAfter: Bool
    let isNormalized: Bool

    init(_ part: Part) throws(AssayError) {
      id = try part.id("id")
      content = try part.text("content")
      isSpecial = try part.flag("special", default: false)
      isWord = try part.flag("single_word", default: false)
      takesSpaceBefore = try part.flag("lstrip", default: false)
      takesSpaceAfter = try part.flag("rstrip", default: false)
      isNormalized = try part.flag("normalized", default: !isSpecial)
    }
  }

  let tokens: [Token]
  /// Looked for in the text as it was given, and after normalization.
  private let plain: Finder
  private let normalized: Finder

  init(_ parts: [Part], normalizer: Normalizer?) throws(AssayError) {
    var tokens: [Token] = []
    for part in parts { tokens.append(try Token(part)) }
    self.tokens = tokens
    var (plain, normalized) = (Finder(), Finder())
    for token in tokens where !token.content.isEmpty {
      var text = NormalizedText(Array(token.content.unicodeScalars))
      if token.isNormalized {
        if let normalizer { try normalizer(&text) }
        normalized.add(text.scalars, token)
      } else {
        plain.add(text.scalars, token)
      }
    }
    (self.plain, self.normalized) = (plain, normalized)
  }

  /// A part of a text: a token that was found in it, or what is to be cut further.
  struct Piece: Sendable {
    var text: NormalizedText
    var id: Int?
  }

  /// Finds the tokens that are not normalized, normalizes the rest and finds the others there.
  func pieces(
    of text: NormalizedText, normalizer: Normalizer?
  ) throws(AssayError) -> [Piece] {
    var result: [Piece] = []
    for piece in plain.pieces(of: text) {
      guard piece.id == nil else {
        result.append(piece)
        continue
      }
      var text = piece.text
      if let normalizer { try normalizer(&text) }
      result += normalized.pieces(of: text)
    }
    return result
  }
}

/// Finds the longest of some texts at the leftmost place.
private struct Finder {
  /// The tokens by first scalar, the longest first.
  private var byFirst: [Unicode.Scalar: [(scalars: [Unicode.Scalar], token: AddedTokens.Token)]] =
    [:]

  mutating func add(_ scalars: [Unicode.Scalar], _ token: AddedTokens.Token) {
    guard let first = scalars.first else { return }
    byFirst[first, default: []].append((scalars, token))
    byFirst[first]?.sort { $0.scalars.count > $1.scalars.count }
  }

  func pieces(of text: NormalizedText) -> [AddedTokens.Piece] {
    let scalars = text.scalars
    guard !byFirst.isEmpty else {
      return scalars.isEmpty ? [] : [AddedTokens.Piece(text: text, id: nil)]
    }
    var pieces: [AddedTokens.Piece] = []
    var (from, index) = (0, 0)
    while index < scalars.count {
      guard
        let (found, token) = byFirst[scalars[index]]?.first(where: { candidate in
          scalars[index...].starts(with: candidate.scalars)
        })
      else {
        index += 1
        continue
      }
      var (start, end) = (index, index + found.count)
      index = end
      if token.isWord {
        let touches =
          (start > 0 && scalars[start - 1].isWordLetter)
          || (end < scalars.count && scalars[end].isWordLetter)
        if touches { continue }
      }
      if token.takesSpaceBefore {
        while start > from, scalars[start - 1].isSpace { start -= 1 }
      }
      if token.takesSpaceAfter {
        while end < scalars.count, scalars[end].isSpace { end += 1 }
      }
      if from < start { pieces.append(.init(text: text.slice(from..<start), id: nil)) }
      pieces.append(.init(text: text.slice(start..<end), id: token.id))
      from = end
      index = max(index, end)
    }
    if from < scalars.count {
      pieces.append(.init(text: text.slice(from..<scalars.count), id: nil))
    }
    return pieces
  }
}
