import Autodiff
import Kernels
import Tensors

/// Gemma 3 for text (Gemma Team 2025): causal blocks whose branches are normalized on both sides, every
/// head's queries and keys too; most layers see a window of keys, with rotary positions of their own.
package struct Gemma3: StackedNetwork {
  package let card: ModelCard
  package let stack: Stack
  private let words: EmbeddingTable
  private let embeddingScale: Float

  package init(_ configuration: Configuration, _ weights: WeightsCursor) throws(AssayError) {
    let extents = try GatedDecoder.Extents(
      configuration, headWidth: 256, activation: ("hidden_activation", "gelu_pytorch_tanh"))
    let kinds = try Self.kinds(configuration)
    let vocabulary = try configuration.vocabulary()
    try Self.refuseCaps(configuration)
    let rotary = [
      "full_attention": try RotaryPositions(
        configuration, layers: "full_attention", headWidth: extents.headWidth,
        theta: ("rope_theta", 1_000_000)),
      "sliding_attention": try RotaryPositions(
        configuration, layers: "sliding_attention", isStretched: false,
        headWidth: extents.headWidth, theta: ("rope_local_base_freq", 10_000)),
    ]
    let window = try configuration.integer("sliding_window", in: 1...16_777_216, default: 4096)
    let masks = kinds.map {
      $0 == "full_attention" ? AttentionMask.causal : .causalWindow(reach: window - 1)
    }
    let base = try configuration.number("query_pre_attn_scalar", in: 1e-6...1e6, default: 256)

    let decoder = weights.scoped(ifPresent: "model")
    words = try EmbeddingTable(decoder["embed_tokens"], count: vocabulary, width: extents.width)
    embeddingScale = Float(extents.width).squareRoot()
    var blocks: [SandwichBlock] = []
    for (index, kind) in kinds.enumerated() {
      guard let rotary = rotary[kind] else { preconditionFailure("a kind of layer is one of two") }
      blocks.append(
        try SandwichBlock(
          gemma3: decoder["layers"][index], extents, rotary, masks[index],
          scale: 1 / Float(base).squareRoot(),
          bias: try configuration.bool("attention_bias", default: false)))
    }
    let norm = try RMSNormLayer(
      decoder["norm"], width: extents.width, epsilon: extents.epsilon, startsAtOne: true)
    let head = try Head(
      causal: configuration, weights, words, vocabulary: vocabulary, width: extents.width,
      tied: true)
    stack = Stack(blocks, norm: norm, head)
    card = ModelCard(
      "gemma3_text", layers: kinds.count, heads: extents.heads, width: extents.width,
      maximumLength: try configuration.positions("max_position_embeddings"),
      vocabulary: vocabulary, masks: masks, head, bare: .last, isTakenApart: false)
  }

  /// Every sixth layer sees everything, unless the configuration says otherwise.
  private static func kinds(_ configuration: Configuration) throws(AssayError) -> [String] {
    let every = try configuration.integer("sliding_window_pattern", in: 1...1024, default: 6)
    return try configuration.layerKinds(configuration.layers("num_hidden_layers")) {
      ($0 + 1).isMultiple(of: every) ? "full_attention" : "sliding_attention"
    }
  }

  /// - Throws: `checkpoint` for scores that are capped or seen from both sides.
  private static func refuseCaps(_ configuration: Configuration) throws(AssayError) {
    for field in ["attn_logit_softcapping", "final_logit_softcapping"]
    where configuration.contains(field) {
      throw configuration.failure(field, expected: "null: scores that are not capped")
    }
    if try configuration.bool("use_bidirectional_attention", default: false) {
      throw configuration.failure(
        "use_bidirectional_attention", expected: "false: a causal mask", found: "true")
    }
  }

  package var parameters: [Parameter] { words.parameters + stack.parameters(besides: words) }

  package func embed(_ pass: ForwardPass) throws(AssayError) -> Variable {
    try pass.dropout(
      pass.embedding { ids throws(AssayError) in
        try pass.tape.apply(Scale(embeddingScale), [words(ids, pass)])
      })
  }
}

extension SandwichBlock {
  /// The block stored at `cursor` under Gemma's names; attention scores are multiplied by `scale`.
  fileprivate init(
    gemma3 cursor: WeightsCursor, _ extents: GatedDecoder.Extents, _ rotary: RotaryPositions,
    _ mask: AttentionMask, scale: Float, bias: Bool
  ) throws(AssayError) {
    let (attended, branch) = (cursor["self_attn"], cursor["mlp"])
    func projection(_ name: String, heads: Int) throws(AssayError) -> LinearLayer {
      try LinearLayer(
        attended[name], inputs: extents.width, outputs: heads * extents.headWidth, bias: bias)
    }
    func inner(_ name: String, _ inputs: Int, _ outputs: Int) throws(AssayError) -> LinearLayer {
      try LinearLayer(branch[name], inputs: inputs, outputs: outputs, bias: false)
    }
    func norm(_ cursor: WeightsCursor, _ width: Int) throws(AssayError) -> RMSNormLayer {
      try RMSNormLayer(cursor, width: width, epsilon: extents.epsilon, startsAtOne: true)
    }
    let attention = try GroupedAttention(
      query: projection("q_proj", heads: extents.heads),
      key: projection("k_proj", heads: extents.keyHeads),
      value: projection("v_proj", heads: extents.keyHeads),
      norms: (
        norm(attended["q_norm"], extents.headWidth), norm(attended["k_norm"], extents.headWidth)
      ), rotary, headWidth: extents.headWidth, repeats: extents.heads / extents.keyHeads,
      scale: scale, mask: mask)
    try self.init(
      attentionNorm: norm(cursor["input_layernorm"], extents.width), attention: attention,
      attentionOutput: LinearLayer(
        attended["o_proj"], inputs: extents.heads * extents.headWidth, outputs: extents.width,
        bias: bias),
      mixedNorm: norm(cursor["post_attention_layernorm"], extents.width),
      feedForwardNorm: norm(cursor["pre_feedforward_layernorm"], extents.width),
      feedForward: GatedFeedForward(
        gate: inner("gate_proj", extents.width, extents.inner),
        expand: inner("up_proj", extents.width, extents.inner),
        contract: inner("down_proj", extents.inner, extents.width),
        activation: extents.activation),
      outputNorm: norm(cursor["post_feedforward_layernorm"], extents.width))
  }
}
