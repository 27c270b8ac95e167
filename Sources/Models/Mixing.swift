import Tensors

/// How a block's attention leaves the heads, for methods that take it apart token by token.
///
/// Head h of query i reads α_h,ij v_h,j from key j (sites `attention.pattern`, `attention.value`)
/// and writes W_O^h α_h,ij v_h,j to the residual stream (site `input`). The written vectors, the
/// output bias and the stream add up to what the norm, where there is one, normalizes.
package struct Mixing: Sendable {
  /// The output projection W_O over all heads side by side; its bias belongs to no token.
  package let projection: LinearLayer
  /// The norm over branch plus stream; nil where their sum goes on as it is (pre-norm blocks).
  package let norm: NormLayer?

  package init(projection: LinearLayer, norm: NormLayer?) {
    self.projection = projection
    self.norm = norm
  }
}

extension Network {
  package func mixing(_ layer: Int) -> Mixing? { nil }
}
