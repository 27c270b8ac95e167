/// Which keys a query may attend to.
package enum AttentionMask: Sendable, Equatable {
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

  /// The visible keys of query row `query` of `queries`, of `keys` keys in all.
  package func visible(query: Int, queries: Int, keys: Int) -> Range<Int> {
    let position = query + keys - queries
    switch self {
    case .none: return 0..<keys
    case .inner: return min(1, keys)..<max(min(1, keys), keys - 1)
    case .causal: return 0..<(position + 1)
    case .causalWindow(let reach): return max(0, position - reach)..<(position + 1)
    case .window(let reach): return max(0, position - reach)..<min(keys, position + reach + 1)
    }
  }
}
