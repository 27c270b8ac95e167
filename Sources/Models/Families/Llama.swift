import Tensors

/// Llama (Touvron et al. 2023, Dubey et al. 2024): the gated decoder, by default without biases.
package enum Llama {
  package static func make(
    _ configuration: Configuration, _ weights: WeightsCursor
  ) throws(AssayError) -> any Network {
    let attentionBias = try configuration.bool("attention_bias", default: false)
    let style = GatedDecoder.Style(
      family: "llama", projectionBias: attentionBias, outputBias: attentionBias,
      innerBias: try configuration.bool("mlp_bias", default: false),
      masks: Array(repeating: .causal, count: try configuration.layers("num_hidden_layers")))
    return try GatedDecoder(style, configuration, weights)
  }
}
