import Tensors

extension PreNormBlock {
  /// GPT-2's block stored at `cursor`: weights `[inputs, outputs]`, queries, keys and values as one
  /// matrix. Attention scores are multiplied by `scale`.
  package init(
    gpt2 cursor: WeightsCursor, _ shape: BlockShape, scale: Float, mask: AttentionMask
  ) throws(AssayError) {
    let (width, attended, inner) = (shape.width, cursor["attn"], cursor["mlp"])
    let projection = FusedProjection(
      try LinearLayer(transposed: attended["c_attn"], inputs: width, outputs: 3 * width),
      heads: shape.heads, headWidth: width / shape.heads, order: .wholes)
    try self.init(
      attentionNorm: NormLayer(cursor["ln_1"], width: width, epsilon: shape.epsilon),
      attention: FusedAttention(projection, nil, AttentionCore(scale: scale, mask: mask)),
      attentionOutput: LinearLayer(transposed: attended["c_proj"], inputs: width, outputs: width),
      feedForwardNorm: NormLayer(cursor["ln_2"], width: width, epsilon: shape.epsilon),
      feedForward: FeedForward(
        expand: LinearLayer(transposed: inner["c_fc"], inputs: width, outputs: shape.inner),
        contract: LinearLayer(transposed: inner["c_proj"], inputs: shape.inner, outputs: width),
        activation: shape.activation))
  }
}
