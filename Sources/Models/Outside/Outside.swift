import Tensors

/// Somebody outside the engine who knows what a model says: a function of the caller's.
///
/// Inputs are asked for in ragged batches, on the thread of the call that needs the answer. What is
/// answered is checked by the `BlackBox` that asks.
package protocol Outside: Sendable {
  /// One row of probabilities an input, `[inputs, labels]`.
  func probabilities(_ inputs: [Input]) throws(AssayError) -> [[Double]]
  /// The attention maps of one input, `[layers, heads, tokens, tokens]`.
  func attention(_ input: Input) throws(AssayError) -> Tensor
  /// The gradient of a target with respect to one input, `[tokens, any width]`.
  func gradient(_ input: Input, _ target: Target) throws(AssayError) -> Tensor
}
