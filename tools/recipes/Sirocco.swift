import Tensors

/// Sirocco, which nobody published: a gated decoder like Mistral, under a name of its own.
package enum Sirocco {
  package static func make(
    _ configuration: Configuration, _ weights: WeightsCursor
  ) throws(AssayError) -> any Network {
    let window = try configuration.integer("sliding_window", in: 1...16_777_216, default: 4096)
    let style = GatedDecoder.Style(
      family: "sirocco", projectionBias: false, outputBias: false, innerBias: false,
      masks: Array(
        repeating: .causalWindow(reach: window - 1),
        count: try configuration.layers("num_hidden_layers")))
    return try GatedDecoder(style, configuration, weights)
  }
}
