import Autodiff
import Kernels
import Tensors

/// A weight matrix with its bias and the panels that it was packed into, which all blocks that hold
/// the layer share.
package final class LinearLayer: Sendable {
  private let weight: Parameter
  private let bias: Parameter?
  private let layout: WeightLayout
  private let panels: WeightPanels

  package init(weight: Parameter, bias: Parameter?, layout: WeightLayout = .outputByInput) {
    self.weight = weight
    self.bias = bias
    self.layout = layout
    panels = WeightPanels(weight.tensor, layout: layout, precision: weight.precision)
  }

  /// The layer stored at `cursor` as `weight [outputs, inputs]` and `bias [outputs]`.
  package convenience init(
    _ cursor: WeightsCursor, inputs: Int, outputs: Int, bias: Bool = true
  ) throws(AssayError) {
    try self.init(
      weight: cursor.parameter("weight", shape: [outputs, inputs]),
      bias: bias ? cursor.parameter("bias", shape: [outputs]) : nil)
  }

  /// The layer stored at `cursor` as GPT-2 has it: `weight [inputs, outputs]` and `bias [outputs]`.
  package convenience init(
    transposed cursor: WeightsCursor, inputs: Int, outputs: Int
  ) throws(AssayError) {
    try self.init(
      weight: cursor.parameter("weight", shape: [inputs, outputs]),
      bias: cursor.parameter("bias", shape: [outputs]), layout: .inputByOutput)
  }

  package var parameters: [Parameter] { [weight] + (bias.map { [$0] } ?? []) }

  /// x Wᵀ, without the bias and off the tape.
  package func product(_ x: Tensor, _ execution: Execution) -> Tensor {
    x.multiplied(
      by: panels.forward, bias: nil, activation: .identity, keepingPreactivation: false, execution
    ).output
  }

  /// activation(x Wᵀ + b).
  package func callAsFunction(
    _ x: Variable, activation: Activation = .identity, _ pass: ForwardPass
  ) throws(AssayError) -> Variable {
    let isTrained = pass.isTrained(weight)
    if !isTrained {
      let rows = x.value.count / max(x.shape.last ?? 1, 1)
      try panels.makeReady(backward: x.isConstant ? nil : rows, weight.name)
    }
    let operation = Linear(
      layout: layout, activation: activation, panels: isTrained ? nil : panels)
    guard let bias else { return try pass.tape.apply(operation, [x, pass.parameter(weight)]) }
    return try pass.tape.apply(operation, [x, pass.parameter(weight), pass.parameter(bias)])
  }
}
