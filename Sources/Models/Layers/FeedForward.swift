import Autodiff
import Kernels
import Tensors

/// The branch of a block that every token goes through alone.
package protocol FeedForwardBranch: Sendable {
  var parameters: [Parameter] { get }
  /// The branch's output before it joins the stream.
  func callAsFunction(
    _ x: Variable, layer: Int, _ pass: ForwardPass
  ) throws(AssayError) -> Variable
}

/// contract(activation(expand(x))).
package struct FeedForward: FeedForwardBranch {
  private let expand: LinearLayer
  private let contract: LinearLayer
  private let activation: Activation

  package init(expand: LinearLayer, contract: LinearLayer, activation: Activation) {
    self.expand = expand
    self.contract = contract
    self.activation = activation
  }

  package var parameters: [Parameter] { expand.parameters + contract.parameters }

  package func callAsFunction(
    _ x: Variable, layer: Int, _ pass: ForwardPass
  ) throws(AssayError) -> Variable {
    let inner = try expand(x, activation: activation, pass)
    return try pass.dropout(
      pass.site(.block(layer, .feedForwardOutput), contract(inner, pass)))
  }
}

/// contract(activation(gate(x)) ⊙ expand(x)): the gated branch of Shazeer 2020 (SwiGLU, GeGLU).
package struct GatedFeedForward: FeedForwardBranch {
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

  package func callAsFunction(
    _ x: Variable, layer: Int, _ pass: ForwardPass
  ) throws(AssayError) -> Variable {
    let gated = try gate(x, activation: activation, pass)
    let inner = try pass.tape.apply(Multiply(), [gated, expand(x, pass)])
    return try pass.dropout(
      pass.site(.block(layer, .feedForwardOutput), contract(inner, pass)))
  }
}

/// contract(activation(a) ⊙ b) with a and b the halves of expand(x): the gated branch stored as one
/// matrix.
package struct FusedGatedFeedForward: FeedForwardBranch {
  private let expand: LinearLayer
  private let contract: LinearLayer
  private let inner: Int
  private let activation: Activation

  /// `expand` has 2 · `inner` outputs.
  package init(expand: LinearLayer, contract: LinearLayer, inner: Int, activation: Activation) {
    self.expand = expand
    self.contract = contract
    self.inner = inner
    self.activation = activation
  }

  package var parameters: [Parameter] { expand.parameters + contract.parameters }

  package func callAsFunction(
    _ x: Variable, layer: Int, _ pass: ForwardPass
  ) throws(AssayError) -> Variable {
    let both = try expand(x, pass)
    let gate = try pass.tape.apply(Columns(ColumnBlocks(start: 0, width: inner)), [both])
    let value = try pass.tape.apply(Columns(ColumnBlocks(start: inner, width: inner)), [both])
    let gated = try pass.tape.apply(Activate(activation), [gate])
    let product = try pass.tape.apply(Multiply(), [gated, value])
    return try pass.dropout(
      pass.site(.block(layer, .feedForwardOutput), contract(product, pass)))
  }
}
