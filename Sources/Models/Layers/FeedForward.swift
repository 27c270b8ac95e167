import Autodiff
import Kernels
import Tensors

/// contract(activation(expand(x))): the branch that every token goes through alone.
package struct FeedForward: Sendable {
  private let expand: LinearLayer
  private let contract: LinearLayer
  private let activation: Activation

  package init(expand: LinearLayer, contract: LinearLayer, activation: Activation) {
    self.expand = expand
    self.contract = contract
    self.activation = activation
  }

  package var parameters: [Parameter] { expand.parameters + contract.parameters }

  /// The branch's output before it joins the stream.
  package func callAsFunction(
    _ x: Variable, layer: Int, _ pass: ForwardPass
  ) throws(AssayError) -> Variable {
    let inner = try expand(x, activation: activation, pass)
    return try pass.dropout(
      pass.site(.block(layer, .feedForwardOutput), contract(inner, pass)))
  }
}

/// contract(activation(gate(x)) ⊙ expand(x)): the gated branch of Shazeer 2020 (SwiGLU, GeGLU).
package struct GatedFeedForward: Sendable {
  private let gate: LinearLayer
  private let expand: LinearLayer
  private let contract: LinearLayer
  private let activation: Activation

  package init(
    gate: LinearLayer, expand: LinearLayer, contract: LinearLayer, activation: Activation
  ) {
    self.gate = gate
    self.expand = expand
    self.contract = contract
    self.activation = activation
  }

  package var parameters: [Parameter] {
    gate.parameters + expand.parameters + contract.parameters
  }

  /// The branch's output before it joins the stream.
  package func callAsFunction(
    _ x: Variable, layer: Int, _ pass: ForwardPass
  ) throws(AssayError) -> Variable {
    let gated = try gate(x, activation: activation, pass)
    let inner = try pass.tape.apply(Multiply(), [gated, expand(x, pass)])
    return try pass.dropout(
      pass.site(.block(layer, .feedForwardOutput), contract(inner, pass)))
  }
}
