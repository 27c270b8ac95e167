import Tensors

/// The token ids a tokenizer reserves; nil where it has none.
public struct Vocabulary: Sendable, Equatable {
  /// How many ids there are.
  public var size: Int
  /// The reserved ids, each nil when the tokenizer lacks it.
  public var mask, pad, unknown, start, end: Int?
  /// Every id that stands for no text.
  public var special: Set<Int>
  /// Ids that stand for punctuation alone, on which attention rests as it does on reserved ones.
  public var punctuation: Set<Int> = []
  /// The ids that replacements are drawn from; nil means every one that is not special.
  public var replacements: [Int]?

  /// A vocabulary of `size` ids; nothing is reserved unless said.
  public init(
    size: Int, mask: Int? = nil, pad: Int? = nil, unknown: Int? = nil, start: Int? = nil,
    end: Int? = nil, special: Set<Int> = []
  ) {
    self.size = size
    self.mask = mask
    self.pad = pad
    self.unknown = unknown
    self.start = start
    self.end = end
    self.special = special.union([mask, pad, unknown, start, end].compactMap { $0 })
  }
}

extension Vocabulary {
  /// What of the vocabulary a model can use: a tokenizer may know ids that the model's table has no row
  /// for.
  package func usable(by card: ModelCard) -> Vocabulary {
    let known = card.vocabularySize ?? Int(Int32.max)
    func usable(_ id: Int?) -> Int? { id.flatMap { 0 <= $0 && $0 < known ? $0 : nil } }
    var copy = self
    copy.size = min(size, known)
    (copy.mask, copy.pad, copy.unknown) = (usable(mask), usable(pad), usable(unknown))
    (copy.start, copy.end) = (usable(start), usable(end))
    copy.special = special.filter { $0 < known }
    return copy
  }
}

/// What reads texts for a model. Tokenizers stand beside the line of modules, so a model knows its own
/// by this name alone.
package protocol TextReader: Sendable {
  /// What the ids mean that texts become; nil where texts cannot be read.
  var vocabulary: Vocabulary? { get }
}

/// One tokenised text, or one picture cut into patches.
package struct Input: Sendable, Equatable {
  /// What stands at the positions.
  package enum Content: Sendable, Equatable {
    /// Token ids and segment ids, one of each a position.
    case tokens(ids: [Int], types: [Int])
    /// The patches of a picture.
    case pixels(Image)
  }

  /// What stands at the positions.
  package private(set) var content: Content
  /// Which positions stand for no text (CLS, SEP, BOS, …) and for no part of a picture.
  package var special: [Bool]
  /// The word each position belongs to; nil for special positions. A patch is its own word.
  package var words: [Int?]
  /// The tokenizer's reserved ids; a picture has none.
  package var vocabulary: Vocabulary
  /// The position whose scores are wanted, for heads that score every position; nil leaves it to the
  /// head: a masked model reads the first mask token, a causal one the last position.
  package var position: Int?

  /// A tokenised text.
  /// - Parameter types: segment ids; zeros unless the text is a pair.
  /// - Precondition: `types`, `special` and `words`, when given, have one entry a position.
  package init(
    ids: [Int], types: [Int]? = nil, special: [Bool]? = nil, words: [Int?]? = nil,
    vocabulary: Vocabulary, position: Int? = nil
  ) {
    let count = ids.count
    let types = types ?? Array(repeating: 0, count: count)
    content = .tokens(ids: ids, types: types)
    self.special = special ?? Array(repeating: false, count: count)
    self.words = words ?? (0..<count).map { $0 }
    self.vocabulary = vocabulary
    self.position = position
    precondition(
      types.count == count && self.special.count == count && self.words.count == count,
      "one type, special mark and word a position")
  }

  /// A picture; positions without a patch are special.
  package init(_ image: Image) {
    content = .pixels(image)
    special = image.patches.map { $0 == nil }
    words = image.patches
    vocabulary = Vocabulary(size: 0)
  }

  /// Token ids, one a position; none for a picture.
  package var ids: [Int] {
    get {
      if case .tokens(let ids, _) = content { ids } else { [] }
    }
    set { content = .tokens(ids: newValue, types: types) }
  }

  /// Segment ids, one a position; none for a picture.
  package var types: [Int] {
    get {
      if case .tokens(_, let types) = content { types } else { [] }
    }
    set { content = .tokens(ids: ids, types: newValue) }
  }

  /// The picture; nil for a text.
  package var image: Image? {
    if case .pixels(let image) = content { image } else { nil }
  }

  /// The number of positions.
  package var count: Int {
    switch content {
    case .tokens(let ids, _): ids.count
    case .pixels(let image): image.patches.count
    }
  }

  /// How many positions are a source's, where a text is a source and what was written from it.
  package var sources: Int { types.prefix { $0 == 0 }.count }

  /// The positions an explanation scores: all but the special ones.
  package var explained: [Int] { (0..<count).filter { !special[$0] } }

  /// The input with some positions left out; a chosen position that goes gives way to the one
  /// before. Patches keep their place in the picture, tokens move up.
  package func keeping(_ kept: [Int]) -> Input {
    var copy = self
    switch content {
    case .tokens(let ids, let types):
      copy.content = .tokens(ids: kept.map { ids[$0] }, types: kept.map { types[$0] })
    case .pixels(let image): copy.content = .pixels(image.keeping(kept))
    }
    copy.special = kept.map { special[$0] }
    copy.words = kept.map { words[$0] }
    copy.position = position.map { chosen in kept.lastIndex { $0 <= chosen } ?? 0 }
    return copy
  }

  /// The picture with one colour in place of the patches at some positions; a text stays as it is.
  package func painting(_ positions: [Int], _ paint: Image.Paint) -> Input {
    guard let image else { return self }
    var copy = self
    copy.content = .pixels(image.painting(positions, paint))
    return copy
  }
}

/// Several inputs as one ragged run of the model.
package struct Batch: Sendable {
  package let inputs: [Input]
  package let layout: Ragged

  package init(_ inputs: [Input]) {
    self.inputs = inputs
    layout = Ragged(lengths: inputs.map(\.count))
  }

  package var ids: [Int] { inputs.flatMap(\.ids) }
  package var types: [Int] { inputs.flatMap(\.types) }
  /// 0, 1, 2, … within each sequence; a patch keeps the number it has in its picture, the class
  /// token before it being 0.
  package var positions: [Int] {
    inputs.flatMap { input in
      input.image.map { $0.patches.map { $0.map { $0 + 1 } ?? 0 } } ?? Array(0..<input.count)
    }
  }

  /// Where the patches of every picture lie among the patches of all.
  package var patchLayout: Ragged {
    Ragged(lengths: inputs.map { $0.image?.present.count ?? 0 })
  }
}
