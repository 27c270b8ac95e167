import Autodiff
import Tensors

/// GPT-2's block: attention, then feed-forward; each branch reads a normalized copy of the stream.
///
/// Weights are stored `[inputs, outputs]`, queries, keys and values as one matrix.
package struct GPT2Block: Sendable {
  private let attentionNorm: NormLayer
  private let projection: FusedProjection
  private let core: AttentionCore
  private let attentionOutput: LinearLayer
  private let feedForwardNorm: NormLayer
  private let feedForward: FeedForward

  /// The block stored at `cursor`; attention scores are multiplied by `scale`.
  package init(
    _ cursor: WeightsCursor, _ shape: BlockShape, scale: Float, mask: AttentionMask
  ) throws(AssayError) {
    let (width, attended, inner) = (shape.width, cursor["attn"], cursor["mlp"])
    attentionNorm = try NormLayer(cursor["ln_1"], width: width, epsilon: shape.epsilon)
    projection = FusedProjection(
      try LinearLayer(transposed: attended["c_attn"], inputs: width, outputs: 3 * width),
      heads: shape.heads, headWidth: width / shape.heads, order: .wholes)
    core = AttentionCore(scale: scale, mask: mask)
    attentionOutput = try LinearLayer(
      transposed: attended["c_proj"], inputs: width, outputs: width)
    feedForwardNorm = try NormLayer(cursor["ln_2"], width: width, epsilon: shape.epsilon)
    feedForward = FeedForward(
      expand: try LinearLayer(transposed: inner["c_fc"], inputs: width, outputs: shape.inner),
      contract: try LinearLayer(
        transposed: inner["c_proj"], inputs: shape.inner, outputs: width),
      activation: shape.activation)
  }

  package var parameters: [Parameter] {
    attentionNorm.parameters + projection.parameters + attentionOutput.parameters
      + feedForwardNorm.parameters + feedForward.parameters
  }

  package var mixing: Mixing { Mixing(projection: attentionOutput, norm: nil) }

  package func callAsFunction(
    _ x: Variable, layer: Int, _ pass: ForwardPass
  ) throws(AssayError) -> Variable {
    let (q, k, v) = try projection(attentionNorm(x, pass), layer: layer, pass)
    let branch = try attentionOutput(core(q, k, v, layer: layer, pass), pass)
    let attended = try pass.joined(
      pass.readRows(x, layer: layer), branch, at: .block(layer, .attentionOutput))
    let forward = try feedForward(feedForwardNorm(attended, pass), layer: layer, pass)
    return try pass.tape.apply(Add(), [attended, forward])
  }
}
