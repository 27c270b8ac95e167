import Autodiff
import Tensors

/// Attention, then feed-forward; each branch reads a normalized copy of the stream.
package struct PreNormBlock: Sendable {
  private let attentionNorm: (any Normalization)?
  private let attention: any AttentionBranch
  private let attentionOutput: LinearLayer
  private let feedForwardNorm: any Normalization
  private let feedForward: any FeedForwardBranch
  private let isParallel: Bool

  /// - Parameters:
  ///   - attentionNorm: nil where attention reads the stream as it is.
  ///   - isParallel: whether the feed-forward branch reads the stream as it entered the block, and not
  ///     as attention left it.
  package init(
    attentionNorm: (any Normalization)?, attention: any AttentionBranch,
    attentionOutput: LinearLayer, feedForwardNorm: any Normalization,
    feedForward: any FeedForwardBranch, isParallel: Bool = false
  ) {
    self.attentionNorm = attentionNorm
    self.attention = attention
    self.attentionOutput = attentionOutput
    self.feedForwardNorm = feedForwardNorm
    self.feedForward = feedForward
    self.isParallel = isParallel
  }

  package var parameters: [Parameter] {
    let first = (attentionNorm?.parameters ?? []) + attention.parameters
    return first + attentionOutput.parameters + feedForwardNorm.parameters + feedForward.parameters
  }

  package var mixing: Mixing? { Mixing(projection: attentionOutput, norm: nil) }

  package func callAsFunction(
    _ x: Variable, layer: Int, _ pass: ForwardPass
  ) throws(AssayError) -> Variable {
    var read = x
    if let attentionNorm { read = try attentionNorm(x, pass) }
    let mixed = try attention(read, layer: layer, pass)
    let stream = try pass.readRows(x, layer: layer)
    let attended = try pass.joined(
      stream, attentionOutput(mixed, pass), at: .block(layer, .attentionOutput))
    let normal = try feedForwardNorm(isParallel ? stream : attended, pass)
    return try pass.tape.apply(Add(), [attended, feedForward(normal, layer: layer, pass)])
  }
}
