import Autodiff
import Tensors

/// A layer norm with its gain and offset.
package struct NormLayer: Sendable {
  package let gain: Parameter
  private let offset: Parameter
  private let epsilon: Float

  /// The norm stored at `cursor` as `weight [width]` and `bias [width]`.
  package init(_ cursor: WeightsCursor, width: Int, epsilon: Float) throws(AssayError) {
    gain = try cursor.parameter("weight", shape: [width])
    offset = try cursor.parameter("bias", shape: [width])
    self.epsilon = epsilon
  }

  package var parameters: [Parameter] { [gain, offset] }

  /// The normalized rows with their means and scales, off the tape.
  package func normalized(_ x: Tensor, _ execution: Execution) -> Normalized {
    x.layerNormalized(
      residual: nil, gain: gain.tensor, offset: offset.tensor, epsilon: epsilon, keeping: true,
      execution)
  }

  /// The normalized x, or x + residual.
  package func callAsFunction(
    _ x: Variable, adding residual: Variable? = nil, _ pass: ForwardPass
  ) throws(AssayError) -> Variable {
    let inputs = [pass.parameter(gain), pass.parameter(offset), x] + (residual.map { [$0] } ?? [])
    return try pass.tape.apply(LayerNorm(epsilon: epsilon), inputs)
  }
}
