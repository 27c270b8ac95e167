import Autodiff
import Tensors

/// From queries, keys and values to mixed values: what attention is in every family.
package struct AttentionCore: Sendable {
  private let scale: Float
  private let mask: AttentionMask

  /// Scores are multiplied by `scale`.
  package init(scale: Float, mask: AttentionMask) {
    self.scale = scale
    self.mask = mask
  }

  /// `headWidth` is the width of one head: scores are divided by its square root.
  package init(headWidth: Int, mask: AttentionMask) {
    self.init(scale: 1 / Float(headWidth).squareRoot(), mask: mask)
  }

  /// The mixed values of all heads side by side, `[token, heads · head width]`, as q, k and v are.
  package func callAsFunction(
    _ q: Variable, _ k: Variable, _ v: Variable, layer: Int, _ pass: ForwardPass
  ) throws(AssayError) -> Variable {
    let layout = pass.layout(layer)
    let q = try pass.readRows(q, layer: layer)
    guard pass.needsPattern(layer) || pass.request.dropout != nil else {
      let mixed = try pass.tape.apply(Attention(layout, scale: scale, mask: mask), [q, k, v])
      return try pass.site(.block(layer, .mixed), mixed)
    }
    let pattern = try pass.tape.apply(
      AttentionPattern(layout, scale: scale, mask: mask), [q, k])
    return try pass.mixed(v, by: pattern, layout, layer: layer)
  }
}

extension ForwardPass {
  /// The values of all heads mixed by a layer's pattern, which is a site on the way.
  func mixed(
    _ values: Variable, by pattern: Variable, _ layout: PatternLayout, layer: Int
  ) throws(AssayError) -> Variable {
    let pattern = try dropoutPattern(site(.pattern(layer), pattern))
    return try site(
      .block(layer, .mixed), tape.apply(AttentionMix(layout), [pattern, values]))
  }
}

/// Attention of every token over its own sequence, up to the output projection.
package protocol AttentionBranch: Sendable {
  var parameters: [Parameter] { get }
  /// The mixed values of all heads side by side, `[token, heads · head width]`.
  func callAsFunction(
    _ x: Variable, layer: Int, _ pass: ForwardPass
  ) throws(AssayError) -> Variable
}

/// Multi-head attention of every token over its own sequence, up to the output projection.
package struct SelfAttention: AttentionBranch {
  private let query: LinearLayer
  private let key: LinearLayer
  private let value: LinearLayer
  private let core: AttentionCore

  /// `headWidth` is the width of one head: scores are divided by its square root.
  package init(
    query: LinearLayer, key: LinearLayer, value: LinearLayer, headWidth: Int, mask: AttentionMask
  ) {
    self.query = query
    self.key = key
    self.value = value
    core = AttentionCore(headWidth: headWidth, mask: mask)
  }

  package var parameters: [Parameter] { query.parameters + key.parameters + value.parameters }

  package func callAsFunction(
    _ x: Variable, layer: Int, _ pass: ForwardPass
  ) throws(AssayError) -> Variable {
    func part(_ projection: LinearLayer, of x: Variable) throws(AssayError) -> Variable {
      try pass.spread(projection(x, pass), layer: layer)
    }
    let q = try pass.site(
      .block(layer, .query), part(query, of: pass.readRows(x, layer: layer)))
    let k = try pass.site(.block(layer, .key), part(key, of: x))
    let v = try pass.site(.block(layer, .value), part(value, of: x))
    return try core(q, k, v, layer: layer, pass)
  }
}
