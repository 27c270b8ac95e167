import Autodiff
import Tensors

/// Causal attention with rotary positions in which several query heads share a key and a value head
/// (Ainslie et al. 2023), up to the output projection.
package struct GroupedAttention: AttentionBranch {
  private let query: LinearLayer
  private let key: LinearLayer
  private let value: LinearLayer
  private let queryNorm: RMSNormLayer?
  private let keyNorm: RMSNormLayer?
  private let rotary: RotaryPositions
  private let headWidth: Int
  private let repeats: Int
  private let core: AttentionCore

  /// - Parameters:
  ///   - norms: normalize every head's queries and keys before they are turned; nil leaves them.
  ///   - repeats: how many query heads share one key and value head.
  ///   - scale: scores are multiplied by it; nil means 1 / √(head width).
  package init(
    query: LinearLayer, key: LinearLayer, value: LinearLayer,
    norms: (query: RMSNormLayer, key: RMSNormLayer)? = nil, _ rotary: RotaryPositions,
    headWidth: Int, repeats: Int, scale: Float? = nil, mask: AttentionMask
  ) {
    self.query = query
    self.key = key
    self.value = value
    queryNorm = norms?.query
    keyNorm = norms?.key
    self.rotary = rotary
    self.headWidth = headWidth
    self.repeats = repeats
    core = AttentionCore(scale: scale ?? 1 / Float(headWidth).squareRoot(), mask: mask)
  }

  package var parameters: [Parameter] {
    let norms = (queryNorm?.parameters ?? []) + (keyNorm?.parameters ?? [])
    return query.parameters + key.parameters + value.parameters + norms
  }

  package func callAsFunction(
    _ x: Variable, layer: Int, _ pass: ForwardPass
  ) throws(AssayError) -> Variable {
    let asked = try normalized(query(pass.readRows(x, layer: layer), pass), queryNorm, pass)
    let q = try pass.site(.block(layer, .query), asked)
    let k = try pass.site(
      .block(layer, .key), shared(normalized(key(x, pass), keyNorm, pass), pass))
    let v = try pass.site(.block(layer, .value), shared(value(x, pass), pass))
    return try core(rotary(q, pass), rotary(k, pass), v, layer: layer, pass)
  }

  private func normalized(
    _ x: Variable, _ norm: RMSNormLayer?, _ pass: ForwardPass
  ) throws(AssayError) -> Variable {
    guard let norm else { return x }
    return try norm(x, pass)
  }

  /// A key or value head for every query head, so that sites have one shape in every family.
  private func shared(_ x: Variable, _ pass: ForwardPass) throws(AssayError) -> Variable {
    if repeats == 1 { return x }
    return try pass.tape.apply(RepeatHeads(width: headWidth, repeats: repeats), [x])
  }
}
