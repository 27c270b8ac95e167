/// Which position's state a head reads.
package enum ReadOut: Sendable, Equatable {
  /// The first position (CLS).
  case first
  /// The last position of a causal model.
  case last
  /// Every position alike.
  case mean
  /// What the attention's one query collects: the state is one row a sequence already.
  case query
  /// The position that the input chooses, as heads do that score every position.
  case chosen(orElse: Fallback)

  /// The position of a head that scores every position when the input chooses none.
  package enum Fallback: Sendable {
    /// The last position, from which a causal model predicts the next token.
    case last
    /// The first mask token; an input without one must choose.
    case mask
    /// The first position that is not special.
    case explained
  }

  /// Whether an input may choose the position.
  package var isChosen: Bool {
    if case .chosen = self { true } else { false }
  }

  /// The read-out row of an input; nil when every row is read, or when the input should have chosen
  /// a position.
  package func row(of input: Input) -> Int? {
    switch self {
    case .first, .query: 0
    case .last: input.count - 1
    case .mean: nil
    case .chosen(let fallback): input.position ?? fallback.row(of: input)
    }
  }
}

extension ReadOut.Fallback {
  fileprivate func row(of input: Input) -> Int? {
    switch self {
    case .last: input.count - 1
    case .mask: input.vocabulary.mask.flatMap { input.ids.firstIndex(of: $0) }
    case .explained: input.explained.first ?? 0
    }
  }
}
