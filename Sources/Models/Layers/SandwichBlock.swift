import Autodiff
import Tensors

/// Attention, then feed-forward; each branch reads a normalized copy of the stream, and is normalized
/// itself before it joins it.
///
/// The sites of a branch's output are those before its norm. What a key adds to the stream depends on
/// the others through the norm, so attention is not taken apart.
package struct SandwichBlock: StackedBlock {
  private let attentionNorm: RMSNormLayer
  private let attention: any AttentionBranch
  private let attentionOutput: LinearLayer
  private let mixedNorm: RMSNormLayer
  private let feedForwardNorm: RMSNormLayer
  private let feedForward: any FeedForwardBranch
  private let outputNorm: RMSNormLayer

  /// - Parameters:
  ///   - mixedNorm: the norm of the attention branch.
  ///   - outputNorm: the norm of the feed-forward branch.
  package init(
    attentionNorm: RMSNormLayer, attention: any AttentionBranch, attentionOutput: LinearLayer,
    mixedNorm: RMSNormLayer, feedForwardNorm: RMSNormLayer, feedForward: any FeedForwardBranch,
    outputNorm: RMSNormLayer
  ) {
    self.attentionNorm = attentionNorm
    self.attention = attention
    self.attentionOutput = attentionOutput
    self.mixedNorm = mixedNorm
    self.feedForwardNorm = feedForwardNorm
    self.feedForward = feedForward
    self.outputNorm = outputNorm
  }

  package var parameters: [Parameter] {
    let first = attentionNorm.parameters + attention.parameters + attentionOutput.parameters
    return first + mixedNorm.parameters + feedForwardNorm.parameters + feedForward.parameters
      + outputNorm.parameters
  }

  package var mixing: Mixing? { nil }

  package func callAsFunction(
    _ x: Variable, layer: Int, _ pass: ForwardPass
  ) throws(AssayError) -> Variable {
    let mixed = try attention(attentionNorm(x, pass), layer: layer, pass)
    let stream = try pass.readRows(x, layer: layer)
    let branch = try pass.site(.block(layer, .attentionOutput), attentionOutput(mixed, pass))
    let attended = try pass.tape.apply(
      Add(), [stream, pass.dropout(mixedNorm(branch, pass))])
    let inner = try feedForward(feedForwardNorm(attended, pass), layer: layer, pass)
    return try pass.tape.apply(Add(), [attended, outputNorm(inner, pass)])
  }
}
