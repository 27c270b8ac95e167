import Autodiff
import Tensors

/// Attention whose queries, keys and values come from one matrix, up to the output projection.
package struct FusedAttention: AttentionBranch {
  private let projection: FusedProjection
  private let rotary: RotaryPositions?
  private let core: AttentionCore

  /// - Parameter rotary: turns queries and keys by their positions; nil leaves them as they are.
  package init(
    _ projection: FusedProjection, _ rotary: RotaryPositions? = nil, _ core: AttentionCore
  ) {
    self.projection = projection
    self.rotary = rotary
    self.core = core
  }

  package var parameters: [Parameter] { projection.parameters }

  package func callAsFunction(
    _ x: Variable, layer: Int, _ pass: ForwardPass
  ) throws(AssayError) -> Variable {
    let (q, k, v) = try projection(x, layer: layer, pass)
    guard let rotary else { return try core(q, k, v, layer: layer, pass) }
    return try core(rotary(q, pass), rotary(k, pass), v, layer: layer, pass)
  }
}
