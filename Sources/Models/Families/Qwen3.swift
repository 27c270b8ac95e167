import Tensors

/// Qwen 3 (Yang et al. 2025): the gated decoder, every head's queries and keys normalized; upper
/// layers may see a window of keys.
package enum Qwen3 {
  package static func make(
    _ configuration: Configuration, _ weights: WeightsCursor
  ) throws(AssayError) -> any Network {
    let bias = try configuration.bool("attention_bias", default: false)
    let style = GatedDecoder.Style(
      family: "qwen3", projectionBias: bias, outputBias: bias, innerBias: false, headNorms: true,
      headWidth: 128, masks: try configuration.qwenMasks())
    return try GatedDecoder(style, configuration, weights)
  }
}
