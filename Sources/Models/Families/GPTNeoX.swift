import Autodiff
import Kernels
import Tensors

/// GPT-NeoX (Black et al. 2022), the architecture of Pythia: causal blocks whose two branches read
/// the stream side by side, rotary positions over a part of each head.
package struct GPTNeoX: StackedNetwork {
  package let card: ModelCard
  package let stack: Stack
  private let words: EmbeddingTable

  package init(_ configuration: Configuration, _ weights: WeightsCursor) throws(AssayError) {
    let shape = try BlockShape(bert: configuration, epsilon: 1e-5)
    let layers = try configuration.layers("num_hidden_layers")
    let vocabulary = try configuration.vocabulary()
    let hasBias = try configuration.bool("attention_bias", default: true)
    let isParallel = try configuration.bool("use_parallel_residual", default: true)
    let rotary = try RotaryPositions(
      configuration, headWidth: shape.width / shape.heads, theta: ("rotary_emb_base", 10_000),
      share: configuration.number("rotary_pct", in: 0...1, default: 0.25))

    let decoder = weights.scoped(ifPresent: "gpt_neox")
    words = try EmbeddingTable(decoder["embed_in"], count: vocabulary, width: shape.width)
    var blocks: [PreNormBlock] = []
    for index in 0..<layers {
      blocks.append(
        try PreNormBlock(
          neoX: decoder["layers"][index], shape, rotary, bias: hasBias, isParallel: isParallel))
    }
    let norm = try NormLayer(
      decoder["final_layer_norm"], width: shape.width, epsilon: shape.epsilon)
    let head = try Head(
      causal: configuration, weights, words, vocabulary: vocabulary, width: shape.width,
      decoder: weights.contains("lm_head.weight") ? "lm_head" : "embed_out", tied: false)
    stack = Stack(blocks, norm: norm, head)
    card = ModelCard(
      "gpt_neox", layers: layers, heads: shape.heads, width: shape.width,
      maximumLength: try configuration.positions("max_position_embeddings"),
      vocabulary: vocabulary, mask: .causal, head, bare: .last)
  }

  package var parameters: [Parameter] {
    words.parameters + stack.parameters(besides: words)
  }

  package func embed(_ pass: ForwardPass) throws(AssayError) -> Variable {
    try pass.dropout(pass.embedding { ids throws(AssayError) in try words(ids, pass) })
  }
}

extension PreNormBlock {
  /// The block stored at `cursor` under GPT-NeoX's names.
  fileprivate init(
    neoX cursor: WeightsCursor, _ shape: BlockShape, _ rotary: RotaryPositions, bias: Bool,
    isParallel: Bool
  ) throws(AssayError) {
    let (width, attended, inner) = (shape.width, cursor["attention"], cursor["mlp"])
    let projection = FusedProjection(
      try LinearLayer(attended["query_key_value"], inputs: width, outputs: 3 * width, bias: bias),
      heads: shape.heads, headWidth: width / shape.heads, order: .heads)
    try self.init(
      attentionNorm: NormLayer(cursor["input_layernorm"], width: width, epsilon: shape.epsilon),
      attention: FusedAttention(
        projection, rotary, AttentionCore(headWidth: width / shape.heads, mask: .causal)),
      attentionOutput: LinearLayer(attended["dense"], inputs: width, outputs: width, bias: bias),
      feedForwardNorm: NormLayer(
        cursor["post_attention_layernorm"], width: width, epsilon: shape.epsilon),
      feedForward: FeedForward(
        expand: LinearLayer(inner["dense_h_to_4h"], inputs: width, outputs: shape.inner),
        contract: LinearLayer(inner["dense_4h_to_h"], inputs: shape.inner, outputs: width),
        activation: shape.activation),
      isParallel: isParallel)
  }
}
