import Autodiff
import Tensors

/// A norm over the width of a row, with whatever it learned.
package protocol Normalization: Sendable {
  var parameters: [Parameter] { get }
  /// The normalized x.
  func callAsFunction(_ x: Variable, _ pass: ForwardPass) throws(AssayError) -> Variable
}

/// A layer norm with its gain and offset.
package struct NormLayer: Normalization {
  package let gain: Parameter
  private let offset: Parameter
  private let learnsOffset: Bool
  private let epsilon: Float

  /// The norm stored at `cursor` as `weight [width]` and `bias [width]`; without `offset` it has no
  /// bias and adds nothing.
  package init(
    _ cursor: WeightsCursor, width: Int, epsilon: Float, offset learnsOffset: Bool = true
  ) throws(AssayError) {
    gain = try cursor.parameter("weight", or: "gamma", shape: [width])
    offset =
      learnsOffset
      ? try cursor.parameter("bias", or: "beta", shape: [width])
      : Parameter(name: cursor.name("bias"), tensor: .zeros([width]))
    self.learnsOffset = learnsOffset
    self.epsilon = epsilon
  }

  package var parameters: [Parameter] { learnsOffset ? [gain, offset] : [gain] }

  package func callAsFunction(
    _ x: Variable, _ pass: ForwardPass
  ) throws(AssayError) -> Variable {
    try self(x, adding: nil, pass)
  }

  /// The normalized rows with their means and scales, off the tape.
  package func normalized(_ x: Tensor, _ execution: Execution) -> Normalized {
    x.layerNormalized(
      residual: nil, gain: gain.tensor, offset: offset.tensor, epsilon: epsilon, keeping: true,
      execution)
  }

  /// The normalized x, or x + residual.
  package func callAsFunction(
    _ x: Variable, adding residual: Variable?, _ pass: ForwardPass
  ) throws(AssayError) -> Variable {
    let operation = LayerNorm(epsilon: epsilon)
    let (gain, offset) = (pass.parameter(gain), pass.parameter(offset))
    guard let residual else { return try pass.tape.apply(operation, [gain, offset, x]) }
    return try pass.tape.apply(operation, [gain, offset, x, residual])
  }
}

/// A root-mean-square norm with its gain, of every `width` columns by themselves.
package struct RMSNormLayer: Normalization {
  private let gain: Parameter
  private let operation: RMSNorm

  /// The norm stored at `cursor` as `weight [width]`; with `startsAtOne` the weight is what the gain
  /// differs from one by.
  package init(
    _ cursor: WeightsCursor, width: Int, epsilon: Float, startsAtOne: Bool = false
  ) throws(AssayError) {
    gain = try cursor.parameter("weight", shape: [width])
    operation = RMSNorm(epsilon: epsilon, startsAtOne: startsAtOne)
  }

  package var parameters: [Parameter] { [gain] }

  package func callAsFunction(
    _ x: Variable, _ pass: ForwardPass
  ) throws(AssayError) -> Variable {
    try pass.tape.apply(operation, [pass.parameter(gain), x])
  }
}
