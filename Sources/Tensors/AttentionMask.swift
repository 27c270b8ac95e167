/// Which keys a query may attend to.
package enum AttentionMask: Sendable, Hashable {
  /// Every key of its sequence.
  case none
  /// The keys up to its own position; read-out rows stand at the end of the keys.
  case causal
  /// The keys no farther than `reach` positions away.
  case window(reach: Int)
  /// The keys up to its own position and no farther than `reach` positions before it.
  case causalWindow(reach: Int)
  /// Every key but the first and the last of its sequence, which mark its start and end.
  case inner
  /// One stack of a network that reads a source and writes a target, both in one row of positions, of
  /// which the first `sources` are the source's. What the stack does not compute sees itself alone.
  case joint(Stack, sources: Int)

  /// What attends to what in a network that reads a source and writes a target.
  package enum Stack: String, Sendable, CaseIterable {
    /// The source to itself.
    case encoder
    /// The target to what stands before it.
    case decoder
    /// The target to the source.
    case cross
  }

  /// The mask over an input whose first so many positions are a source's; other masks are the same
  /// for every input.
  package func over(sources: Int) -> AttentionMask {
    if case .joint(let stack, _) = self { .joint(stack, sources: sources) } else { self }
  }

  /// Whether a query reads nothing behind its own position.
  package var isCausal: Bool {
    switch self {
    case .causal, .causalWindow: true
    case .none, .window, .inner, .joint: false
    }
  }

  /// The visible keys of query row `query` of `queries`, of `keys` keys in all.
  package func visible(query: Int, queries: Int, keys: Int) -> Range<Int> {
    let position = query + keys - queries
    switch self {
    case .none: return 0..<keys
    case .inner: return min(1, keys)..<max(min(1, keys), keys - 1)
    case .causal: return 0..<(position + 1)
    case .causalWindow(let reach): return max(0, position - reach)..<(position + 1)
    case .window(let reach): return max(0, position - reach)..<min(keys, position + reach + 1)
    case .joint(let stack, let sources):
      let isSource = position < sources
      switch stack {
      case .encoder where isSource, .cross where !isSource: return 0..<sources
      case .decoder where !isSource: return sources..<(position + 1)
      case .encoder, .decoder, .cross: return position..<(position + 1)
      }
    }
  }

  /// The keys that an edit may give a query row's weight to: none ahead of a causal one, none out of
  /// a window. The marks that `inner` leaves out are hidden by agreement, not by order: what it would
  /// mean to attend to them is a question that can be asked.
  package func reachable(query: Int, queries: Int, keys: Int) -> Range<Int> {
    self == .inner ? 0..<keys : visible(query: query, queries: queries, keys: keys)
  }
}
