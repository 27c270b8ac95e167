import Autodiff
import Tensors

/// Attention with one learned query: a score a token, a softmax, and the weighted sum of states.
///
/// Additive (Bahdanau et al. 2015): e_t = vᵀ tanh(W h_t + b). Dot: e_t = wᵀ h_t / √width with a
/// learned w; Jain & Wallace 2019 call it scaled dot-product attention, though nothing is queried.
package struct QueryAttention: Sendable {
  private let hidden: LinearLayer?
  private let score: LinearLayer
  private let scale: Float
  private let mask: AttentionMask

  /// The additive attention stored at `cursor` as `hidden.weight [inner, width]`, `hidden.bias` and
  /// `score.weight [1, inner]`.
  package init(
    additive cursor: WeightsCursor, width: Int, inner: Int, mask: AttentionMask
  ) throws(AssayError) {
    hidden = try LinearLayer(cursor["hidden"], inputs: width, outputs: inner)
    score = try LinearLayer(cursor["score"], inputs: inner, outputs: 1, bias: false)
    scale = 1
    self.mask = mask
  }

  /// The dot attention stored at `cursor` as `score.weight [1, width]`.
  package init(
    dot cursor: WeightsCursor, width: Int, mask: AttentionMask
  ) throws(AssayError) {
    hidden = nil
    score = try LinearLayer(cursor["score"], inputs: width, outputs: 1, bias: false)
    scale = 1 / Float(width).squareRoot()
    self.mask = mask
  }

  package var parameters: [Parameter] { (hidden?.parameters ?? []) + score.parameters }

  /// The weighted sum of the states `h` `[tokens, width]`, `[sequences, width]`.
  package func callAsFunction(
    _ h: Variable, layer: Int, _ pass: ForwardPass
  ) throws(AssayError) -> Variable {
    var scores =
      try hidden.map { hidden throws(AssayError) in
        try hidden(h, activation: .tanh, pass)
      } ?? h
    scores = try score(scores, pass)
    if scale != 1 { scores = try pass.tape.apply(Scale(scale), [scores]) }
    let layout = pass.layout
    var pattern = try pass.tape.apply(AttentionWeights(layout, mask: mask), [scores])
    pattern = try pass.dropoutPattern(pass.site(.pattern(layer), pattern))
    return try pass.site(
      .block(layer, .mixed), pass.tape.apply(AttentionMix(layout), [pattern, h]))
  }
}
