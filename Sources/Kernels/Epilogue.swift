/// What a product does with its sums before it writes them:
/// out = activation(scale · A·B + bias) + residual, added to out if `accumulate`.
package struct Epilogue {
  /// One value per column.
  package var bias: UnsafePointer<Float>?
  package var activation: Activation
  /// Receives the value before the activation; same shape and row stride as the output.
  package var preactivation: UnsafeMutablePointer<Float>?
  /// Same shape and row stride as the output; may be the output itself.
  package var residual: UnsafePointer<Float>?
  package var scale: Float
  package var accumulate: Bool

  package init(
    bias: UnsafePointer<Float>? = nil, activation: Activation = .identity,
    preactivation: UnsafeMutablePointer<Float>? = nil, residual: UnsafePointer<Float>? = nil,
    scale: Float = 1, accumulate: Bool = false
  ) {
    self.bias = bias
    self.activation = activation
    self.preactivation = preactivation
    self.residual = residual
    self.scale = scale
    self.accumulate = accumulate
  }
}
