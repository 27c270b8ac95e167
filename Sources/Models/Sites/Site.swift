/// A named value inside a forward pass that can be captured, differentiated and edited.
///
/// Names are the same in every family: `embedding`, `blocks.3.attention.pattern`, `logits`.
public enum Site: Hashable, Sendable {
  /// The picture that a vision model reads, `[channel, row, column]`.
  case pixels
  /// Word or patch embeddings before positions are added, `[token, width]`.
  case embedding
  /// A value of one block, counted from 0 at the input.
  case block(Int, Place)
  /// The residual stream as the head reads it, after the norm that ends the network, where there is
  /// one, `[token, width]`.
  case final
  /// The read-out state before the head, `[sequence, width]`.
  case pooled
  /// The head's scores, `[sequence, label]`.
  case logits

  /// Where in a block a value stands.
  public enum Place: String, Sendable, CaseIterable {
    /// The residual stream entering the block, `[token, width]`.
    case input
    /// Queries of all heads side by side, before rotary positions turn them, `[token, heads · head
    /// width]`.
    case query = "attention.query"
    /// Keys of all heads side by side, a shared one repeated for each head, `[token, heads · head
    /// width]`.
    case key = "attention.key"
    /// Values of all heads side by side, a shared one repeated, `[token, heads · head width]`.
    case value = "attention.value"
    /// Attention after softmax, `[head, query, key]`.
    case pattern = "attention.pattern"
    /// Values mixed by the pattern, before the output projection, `[token, heads · head width]`.
    case mixed = "attention.mixed"
    /// The attention branch's output before it joins the residual stream, `[token, width]`.
    case attentionOutput = "attention.output"
    /// The feed-forward branch's output before it joins the residual stream, `[token, width]`.
    case feedForwardOutput = "feed_forward.output"
    /// The residual stream leaving the block, `[token, width]`.
    case output
  }
}

extension Site: CustomStringConvertible {
  /// The site's public name.
  public var description: String {
    switch self {
    case .pixels: "pixels"
    case .embedding: "embedding"
    case .block(let layer, let place): "blocks.\(layer).\(place.rawValue)"
    case .final: "final"
    case .pooled: "pooled"
    case .logits: "logits"
    }
  }

  /// Whether the value has a row for every query of the attention rather than for every token.
  var isBehindAttention: Bool {
    switch self {
    case .final, .block(_, .mixed), .block(_, .attentionOutput), .block(_, .output): true
    case .pixels, .embedding, .block, .pooled, .logits: false
    }
  }

  /// The attention pattern of a layer.
  public static func pattern(_ layer: Int) -> Site { .block(layer, .pattern) }

  /// The site of that name, or nil if no site is called so.
  public init?(_ name: String) {
    switch name {
    case "pixels": self = .pixels
    case "embedding": self = .embedding
    case "final": self = .final
    case "pooled": self = .pooled
    case "logits": self = .logits
    default:
      let parts = name.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3, parts[0] == "blocks", let layer = Int(parts[1]), layer >= 0,
        String(layer) == parts[1], let place = Place(rawValue: String(parts[2]))
      else { return nil }
      self = .block(layer, place)
    }
  }

  /// The axes of the value, for people.
  package var axes: [String] {
    switch self {
    case .pixels: ["channel", "row", "column"]
    case .embedding: ["token", "width"]
    case .block(_, .pattern): ["head", "query", "key"]
    case .block(_, .query), .block(_, .key), .block(_, .value), .block(_, .mixed):
      ["token", "heads · head width"]
    case .block, .final: ["token", "width"]
    case .pooled: ["width"]
    case .logits: ["label"]
    }
  }
}
