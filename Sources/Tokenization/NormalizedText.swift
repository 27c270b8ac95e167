/// A text on its way through normalization: Unicode scalars, each with the scalars of the original
/// that it stands for.
///
/// A step that inserts scalars gives them the place of the one before; a step that removes some
/// leaves the others' places alone. So a token's place in the original is the union of those of its
/// scalars, whatever was done to them.
struct NormalizedText: Sendable {
  /// One scalar and the half-open range of the original that it stands for.
  struct Letter: Sendable {
    var scalar: Unicode.Scalar
    var start: Int
    var end: Int
  }

  var letters: [Letter]

  /// The scalars of the original, none of them changed yet.
  init(_ scalars: [Unicode.Scalar]) {
    letters = scalars.enumerated().map { Letter(scalar: $1, start: $0, end: $0 + 1) }
  }

  init(_ letters: [Letter]) { self.letters = letters }

  var scalars: [Unicode.Scalar] { letters.map(\.scalar) }

  /// Puts what `change` gives for every scalar in its place; nothing removes it.
  mutating func map(_ change: (Unicode.Scalar) -> [Unicode.Scalar]) {
    letters = letters.flatMap { letter in
      change(letter.scalar).map { Letter(scalar: $0, start: letter.start, end: letter.end) }
    }
  }

  /// Puts `scalars` in the place of the whole text, in order: each takes the place of the next
  /// `takes` scalars' first, or with 0 that of the one before it.
  mutating func replace(with scalars: [(scalar: Unicode.Scalar, takes: Int)]) {
    var from = 0
    letters = scalars.map { scalar, takes in
      let source = letters[max(0, takes > 0 ? from : from - 1)]
      from += takes
      return Letter(scalar: scalar, start: source.start, end: source.end)
    }
  }

  /// Keeps the scalars that satisfy `keeps`.
  mutating func filter(_ keeps: (Unicode.Scalar) -> Bool) {
    letters.removeAll { !keeps($0.scalar) }
  }

  /// Puts `scalars` in front, with the place of what was first; nothing happens to an empty text.
  mutating func prepend(_ scalars: [Unicode.Scalar]) {
    guard let first = letters.first else { return }
    letters =
      scalars.map { Letter(scalar: $0, start: first.start, end: first.end) } + letters
  }

  /// The part at a range of its scalars.
  func slice(_ range: Range<Int>) -> NormalizedText { NormalizedText(Array(letters[range])) }

  /// The place of the scalars of a range in the original; an empty range has none.
  func place(_ range: Range<Int>) -> Range<Int> {
    guard !range.isEmpty else { return 0..<0 }
    let start = letters[range.lowerBound].start
    return start..<max(start, letters[range.upperBound - 1].end)
  }
}
