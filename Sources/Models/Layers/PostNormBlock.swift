import Autodiff
import Kernels
import Tensors

/// The extents that the blocks of an encoder share.
package struct BlockShape: Sendable {
  package let width: Int
  package let heads: Int
  /// The width inside the feed-forward branch.
  package let inner: Int
  package let epsilon: Float
  package let activation: Activation
}

/// Attention, then feed-forward; each branch joins the stream before its norm.
package struct PostNormBlock: Sendable {
  private let attention: any AttentionBranch
  private let attentionOutput: LinearLayer
  private let attentionNorm: NormLayer
  private let feedForward: FeedForward
  private let outputNorm: NormLayer

  package init(
    attention: any AttentionBranch, attentionOutput: LinearLayer, attentionNorm: NormLayer,
    feedForward: FeedForward, outputNorm: NormLayer
  ) {
    self.attention = attention
    self.attentionOutput = attentionOutput
    self.attentionNorm = attentionNorm
    self.feedForward = feedForward
    self.outputNorm = outputNorm
  }

  /// The block stored at `cursor` under BERT's names.
  package init(bert cursor: WeightsCursor, _ shape: BlockShape) throws(AssayError) {
    let (width, attended) = (shape.width, cursor["attention"]["self"])
    let attention = try SelfAttention(
      query: LinearLayer(attended["query"], inputs: width, outputs: width),
      key: LinearLayer(attended["key"], inputs: width, outputs: width),
      value: LinearLayer(attended["value"], inputs: width, outputs: width),
      headWidth: width / shape.heads, mask: .none)
    try self.init(bert: cursor, shape, attention: attention)
  }

  /// The block stored at `cursor` under BERT's names, but with attention of another kind.
  package init(
    bert cursor: WeightsCursor, _ shape: BlockShape, attention: any AttentionBranch
  ) throws(AssayError) {
    let width = shape.width
    let output = cursor["attention"]["output"]
    try self.init(
      attention: attention,
      attentionOutput: LinearLayer(output["dense"], inputs: width, outputs: width),
      attentionNorm: NormLayer(output["LayerNorm"], width: width, epsilon: shape.epsilon),
      feedForward: FeedForward(
        expand: LinearLayer(
          cursor["intermediate"]["dense"], inputs: width, outputs: shape.inner),
        contract: LinearLayer(cursor["output"]["dense"], inputs: shape.inner, outputs: width),
        activation: shape.activation),
      outputNorm: NormLayer(cursor["output"]["LayerNorm"], width: width, epsilon: shape.epsilon))
  }

  package var parameters: [Parameter] {
    attention.parameters + attentionOutput.parameters + attentionNorm.parameters
      + feedForward.parameters + outputNorm.parameters
  }

  package var mixing: Mixing? { Mixing(projection: attentionOutput, norm: attentionNorm) }

  package func callAsFunction(
    _ x: Variable, layer: Int, _ pass: ForwardPass
  ) throws(AssayError) -> Variable {
    let mixed = try pass.readRows(attention(x, layer: layer, pass), layer: layer)
    let branch = try pass.dropout(
      pass.site(.block(layer, .attentionOutput), attentionOutput(mixed, pass)))
    let stream = try pass.readRows(pass.spread(x, layer: layer), layer: layer)
    let attended = try attentionNorm(branch, adding: stream, pass)
    return try outputNorm(feedForward(attended, layer: layer, pass), adding: attended, pass)
  }
}
