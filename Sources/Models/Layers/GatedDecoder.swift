import Autodiff
import Kernels
import Tensors

/// The decoder that Llama made common: pre-norm causal blocks with RMS norms, rotary positions,
/// grouped-query attention and a gated feed-forward branch.
package struct GatedDecoder: StackedNetwork {
  /// What sets the families that use it apart.
  package struct Style: Sendable {
    package let family: String
    /// Whether queries, keys and values have a bias.
    package let projectionBias: Bool
    /// Whether the attention output has a bias.
    package let outputBias: Bool
    /// Whether the feed-forward branch has biases.
    package let innerBias: Bool
    /// Whether every head's queries and keys are normalized.
    package var headNorms = false
    /// The width of a head where the configuration does not say it; nil means that heads divide the
    /// stream.
    package var headWidth: Int?
    /// The mask of every layer.
    package let masks: [AttentionMask]
  }

  package let card: ModelCard
  package let stack: Stack
  private let words: EmbeddingTable

  package init(
    _ style: Style, _ configuration: Configuration, _ weights: WeightsCursor
  ) throws(AssayError) {
    let extents = try Extents(configuration, headWidth: style.headWidth)
    let layers = style.masks.count
    let vocabulary = try configuration.vocabulary()
    let decoder = weights.scoped(ifPresent: "model")
    words = try EmbeddingTable(decoder["embed_tokens"], count: vocabulary, width: extents.width)
    let rotary = try RotaryPositions(configuration, headWidth: extents.headWidth)
    var blocks: [PreNormBlock] = []
    for (index, mask) in style.masks.enumerated() {
      blocks.append(try PreNormBlock(gated: decoder["layers"][index], extents, rotary, mask, style))
    }
    let norm = try RMSNormLayer(decoder["norm"], width: extents.width, epsilon: extents.epsilon)
    let head = try Head(
      causal: configuration, weights, words, vocabulary: vocabulary, width: extents.width,
      tied: false)
    stack = Stack(blocks, norm: norm, head)
    card = ModelCard(
      style.family, layers: layers, heads: extents.heads, width: extents.width,
      maximumLength: try configuration.positions("max_position_embeddings"),
      vocabulary: vocabulary, masks: style.masks, head, bare: .last)
  }

  package var parameters: [Parameter] {
    words.parameters + stack.parameters(besides: words)
  }

  package func embed(_ pass: ForwardPass) throws(AssayError) -> Variable {
    try pass.dropout(pass.embedding { ids throws(AssayError) in try words(ids, pass) })
  }
}

extension GatedDecoder {
  /// What the configuration says of a block.
  struct Extents {
    let width: Int
    let heads: Int
    let keyHeads: Int
    let headWidth: Int
    let inner: Int
    let epsilon: Float
    let activation: Activation

    /// - Parameters:
    ///   - headWidth: the width of a head without `head_dim`; nil means that heads divide the stream.
    ///   - activation: the field of the feed-forward branch's activation, and what it is without.
    init(
      _ configuration: Configuration, headWidth fallback: Int? = nil,
      activation: (field: String, value: String) = ("hidden_act", "silu")
    ) throws(AssayError) {
      width = try configuration.integer("hidden_size", in: 1...65_536)
      heads = try configuration.integer("num_attention_heads", in: 1...1024)
      keyHeads = try configuration.integer("num_key_value_heads", in: 1...1024, default: heads)
      try configuration.require(
        "num_attention_heads", heads, divisibleBy: keyHeads,
        because: "equally many query heads share each key head")
      if fallback != nil || configuration.contains("head_dim") {
        headWidth = try configuration.integer("head_dim", in: 1...65_536, default: fallback)
      } else {
        try configuration.require(
          "hidden_size", width, divisibleBy: heads,
          because: "every attention head has the same width")
        headWidth = width / heads
      }
      inner = try configuration.inner("intermediate_size")
      epsilon = Float(try configuration.number("rms_norm_eps", in: 0...1, default: 1e-6))
      self.activation = try configuration.activation(activation.field, default: activation.value)
    }
  }
}

extension PreNormBlock {
  /// The block stored at `cursor` under Llama's names.
  fileprivate init(
    gated cursor: WeightsCursor, _ extents: GatedDecoder.Extents, _ rotary: RotaryPositions,
    _ mask: AttentionMask, _ style: GatedDecoder.Style
  ) throws(AssayError) {
    let (attended, branch) = (cursor["self_attn"], cursor["mlp"])
    func projection(_ name: String, heads: Int) throws(AssayError) -> LinearLayer {
      try LinearLayer(
        attended[name], inputs: extents.width, outputs: heads * extents.headWidth,
        bias: style.projectionBias)
    }
    func inner(_ name: String, _ inputs: Int, _ outputs: Int) throws(AssayError) -> LinearLayer {
      try LinearLayer(branch[name], inputs: inputs, outputs: outputs, bias: style.innerBias)
    }
    func norm(_ name: String) throws(AssayError) -> RMSNormLayer {
      try RMSNormLayer(cursor[name], width: extents.width, epsilon: extents.epsilon)
    }
    func headNorm(_ name: String) throws(AssayError) -> RMSNormLayer {
      try RMSNormLayer(attended[name], width: extents.headWidth, epsilon: extents.epsilon)
    }
    let attention = try GroupedAttention(
      query: projection("q_proj", heads: extents.heads),
      key: projection("k_proj", heads: extents.keyHeads),
      value: projection("v_proj", heads: extents.keyHeads),
      norms: style.headNorms ? (headNorm("q_norm"), headNorm("k_norm")) : nil, rotary,
      headWidth: extents.headWidth, repeats: extents.heads / extents.keyHeads, mask: mask)
    try self.init(
      attentionNorm: norm("input_layernorm"), attention: attention,
      attentionOutput: LinearLayer(
        attended["o_proj"], inputs: extents.heads * extents.headWidth, outputs: extents.width,
        bias: style.outputBias),
      feedForwardNorm: norm("post_attention_layernorm"),
      feedForward: GatedFeedForward(
        gate: inner("gate_proj", extents.width, extents.inner),
        expand: inner("up_proj", extents.width, extents.inner),
        contract: inner("down_proj", extents.inner, extents.width),
        activation: extents.activation))
  }
}
