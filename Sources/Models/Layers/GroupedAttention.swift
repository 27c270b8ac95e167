import Autodiff
import Tensors

/// Causal attention with rotary positions in which several query heads share a key and a value head
/// (Ainslie et al. 2023), up to the output projection.
package struct GroupedAttention: AttentionBranch {
  private let query: LinearLayer
  private let key: LinearLayer
  private let value: LinearLayer
  private let rotary: RotaryPositions
  private let headWidth: Int
  private let repeats: Int
  private let core: AttentionCore

  /// `repeats` query heads share one key and value head.
  package init(
    query: LinearLayer, key: LinearLayer, value: LinearLayer, _ rotary: RotaryPositions,
    headWidth: Int, repeats: Int, mask: AttentionMask
  ) {
    self.query = query
    self.key = key
    self.value = value
    self.rotary = rotary
    self.headWidth = headWidth
    self.repeats = repeats
    core = AttentionCore(headWidth: headWidth, mask: mask)
  }

  package var parameters: [Parameter] { query.parameters + key.parameters + value.parameters }

  package func callAsFunction(
    _ x: Variable, layer: Int, _ pass: ForwardPass
  ) throws(AssayError) -> Variable {
    let q = try pass.site(.block(layer, .query), query(pass.readRows(x, layer: layer), pass))
    let k = try pass.site(.block(layer, .key), shared(key(x, pass), pass))
    let v = try pass.site(.block(layer, .value), shared(value(x, pass), pass))
    return try core(rotary(q, pass), rotary(k, pass), v, layer: layer, pass)
  }

  /// A key or value head for every query head, so that sites have one shape in every family.
  private func shared(_ x: Variable, _ pass: ForwardPass) throws(AssayError) -> Variable {
    if repeats == 1 { return x }
    return try pass.tape.apply(RepeatHeads(width: headWidth, repeats: repeats), [x])
  }
}
