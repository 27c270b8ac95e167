import Tensors

/// The token ids a tokenizer reserves; nil where it has none.
public struct Vocabulary: Sendable, Equatable {
  /// How many ids there are.
  public var size: Int
  /// The reserved ids, each nil when the tokenizer lacks it.
  public var mask, pad, unknown, start, end: Int?
  /// Every id that stands for no text.
  public var special: Set<Int>

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

/// One tokenised text.
public struct Input: Sendable, Equatable {
  /// Token ids, one a position.
  public var ids: [Int]
  /// Segment ids, one a position; zeros unless the text is a pair.
  public var types: [Int]
  /// Which positions stand for no text (CLS, SEP, BOS, …).
  public var special: [Bool]
  /// The word each position belongs to; nil for special positions.
  public var words: [Int?]
  /// The tokenizer's reserved ids.
  public var vocabulary: Vocabulary
  /// The position whose scores are wanted, for heads that score every position; nil leaves it to the
  /// head: a masked model reads the first mask token, a causal one the last position.
  public var position: Int?

  /// - Precondition: `types`, `special` and `words`, when given, have one entry a position.
  public init(
    ids: [Int], types: [Int]? = nil, special: [Bool]? = nil, words: [Int?]? = nil,
    vocabulary: Vocabulary, position: Int? = nil
  ) {
    let count = ids.count
    self.ids = ids
    self.types = types ?? Array(repeating: 0, count: count)
    self.special = special ?? Array(repeating: false, count: count)
    self.words = words ?? (0..<count).map { $0 }
    self.vocabulary = vocabulary
    self.position = position
    precondition(
      self.types.count == count && self.special.count == count && self.words.count == count,
      "one type, special mark and word a position")
  }

  /// The number of positions.
  public var count: Int { ids.count }
  /// The positions an explanation scores: all but the special ones.
  public var explained: [Int] { (0..<count).filter { !special[$0] } }
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
  /// 0, 1, 2, … within each sequence.
  package var positions: [Int] { inputs.flatMap { Array(0..<$0.count) } }
}
