import Tensors

/// Mistral (Jiang et al. 2023): the gated decoder without biases; a query sees a window of keys.
package enum Mistral {
  package static func make(
    _ configuration: Configuration, _ weights: WeightsCursor
  ) throws(AssayError) -> any Network {
    // A file without the field means 4096 as in transformers, null means no window.
    let isUnlimited = configuration.object["sliding_window"]?.isNull ?? false
    let window = try configuration.integer("sliding_window", in: 1...16_777_216, default: 4096)
    let style = GatedDecoder.Style(
      family: "mistral", projectionBias: false, outputBias: false, innerBias: false,
      masks: Array(
        repeating: isUnlimited ? .causal : .causalWindow(reach: window - 1),
        count: try configuration.layers("num_hidden_layers")))
    return try GatedDecoder(style, configuration, weights)
  }
}
