import Tensors

/// A change made to a forward pass while it runs: a value, never state of the model.
///
/// No edit lets a query attend to what it cannot see: a causal mask and a window hold in the edited
/// pattern as in the model's own.
public struct Intervention: Sendable {
  /// What happens at the edited place.
  public enum Action: Sendable {
    /// The pattern's rows become these: `[head, query, key]` over the edited heads and queries, or
    /// `[query, key]` for all edited heads alike. A weight on a key that its query cannot see is
    /// refused.
    case replace(Tensor)
    /// The pattern's rows become uniform over the keys they may see.
    case uniform
    /// The edited keys' weights change places at random, by this seed.
    case permute(seed: UInt64)
    /// y[j] = x[order[j]] over all keys of the sequence. A query carries out the cycles of the order
    /// whose keys it sees all: two keys change places where it sees both.
    case reorder([Int])
    /// The edited keys' weights are multiplied by this factor, without renormalising.
    case scale(Float)
    /// The edited keys' weights become zero; with `renormalise` the rest of the row sums to one.
    case knockOut(renormalise: Bool)
    /// The edited keys' weights move to this key; a query that cannot see it keeps its weights.
    case move(to: Int)
    /// The edited keys' weights move to these keys, in equal parts; a row that cannot see all of them
    /// keeps its own.
    case pour(to: [Int])
    /// Each pair of sets of keys changes places: a set gets the other's weight, in equal parts. A row
    /// that cannot see both keeps its own.
    case exchange([(first: [Int], second: [Int])])
    /// What exchanging the sets of keys of `first` for as many of `second` comes to on average over all
    /// ways to choose and pair them: a set keeps its share of what it does not give. A row exchanges
    /// those that it sees whole.
    case meanExchange(first: [[Int]], second: [[Int]])
    /// The value at a site of token rows becomes this, `[edited token, width]`; at `pixels` the whole
    /// picture does.
    case patch(Tensor)
  }

  /// What happens.
  public var action: Action
  /// The layers whose attention is edited; nil means all.
  public var layers: [Int]?
  /// The edited heads; nil means all.
  public var heads: [Int]?
  /// The edited query rows; nil means all.
  public var queries: [Int]?
  /// The edited keys, or for `patch` the edited tokens; nil means all.
  public var keys: [Int]?
  /// The place that `patch` edits; nil for attention.
  public var site: Site?

  /// An intervention at the given place; whatever is nil means all.
  public init(
    _ action: Action, layers: [Int]? = nil, heads: [Int]? = nil, queries: [Int]? = nil,
    keys: [Int]? = nil, site: Site? = nil
  ) {
    self.action = action
    self.layers = layers
    self.heads = heads
    self.queries = queries
    self.keys = keys
    self.site = site
  }

  /// Whether the intervention edits the pattern of `layer`.
  func editsPattern(of layer: Int) -> Bool {
    site == nil && (layers?.contains(layer) ?? true)
  }

  /// The lowest block whose input or attention the intervention touches; −1 for the embedding.
  package var lowestBlock: Int {
    switch site {
    case nil: layers?.min() ?? 0
    case .block(let layer, _): layer
    case .pixels, .embedding: -1
    case .final, .pooled, .logits: Int.max
    }
  }
}
