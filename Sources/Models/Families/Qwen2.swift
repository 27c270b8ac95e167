import Tensors

/// Qwen 2 (Yang et al. 2024): the gated decoder with biased queries, keys and values; upper layers
/// may see a window of keys.
package enum Qwen2 {
  package static func make(
    _ configuration: Configuration, _ weights: WeightsCursor
  ) throws(AssayError) -> any Network {
    let style = GatedDecoder.Style(
      family: "qwen2", projectionBias: true, outputBias: false, innerBias: false,
      masks: try configuration.qwenMasks())
    return try GatedDecoder(style, configuration, weights)
  }
}

extension Configuration {
  /// Full attention, except that with `use_sliding_window` the layers of `layer_types`, or from
  /// `max_window_layers` upwards, see a window.
  func qwenMasks() throws(AssayError) -> [AttentionMask] {
    let layers = try self.layers("num_hidden_layers")
    guard try bool("use_sliding_window", default: false),
      contains("sliding_window")
    else { return Array(repeating: .causal, count: layers) }
    let window = try integer("sliding_window", in: 1...16_777_216)
    let first = try integer("max_window_layers", in: 0...1024, default: 28)
    let kinds = try layerKinds(layers) {
      $0 >= first ? "sliding_attention" : "full_attention"
    }
    return kinds.map { $0 == "full_attention" ? .causal : .causalWindow(reach: window - 1) }
  }
}
