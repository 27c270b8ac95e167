import Autodiff
import Tensors

/// What turns embeddings into the states that attention reads, one a token.
///
/// An encoder gets every different embedding once and the row that each token uses.
package protocol TokenEncoder: Sendable {
  /// The width of a state.
  var width: Int { get }
  var parameters: [Parameter] { get }
  /// The states, `[tokens, width]`, from `x` `[rows, inputs]`.
  func callAsFunction(
    _ x: Variable, rows: [Int], _ pass: ForwardPass
  ) throws(AssayError) -> Variable
}

/// One bidirectional LSTM layer: states `[tokens, 2 · units]`, forwards beside backwards.
package struct BidirectionalEncoder: TokenEncoder {
  private let weights: [Parameter]
  private let panels: [RecurrentPanels]
  package let width: Int

  /// The layer stored at `cursor` under torch's names (`weight_ih_l0`, `weight_ih_l0_reverse`, …).
  package init(_ cursor: WeightsCursor, inputs: Int, units: Int) throws(AssayError) {
    var weights: [Parameter] = []
    for direction in ["", "_reverse"] {
      for (name, shape) in [
        ("weight_ih_l0", [4 * units, inputs]), ("weight_hh_l0", [4 * units, units]),
        ("bias_ih_l0", [4 * units]), ("bias_hh_l0", [4 * units]),
      ] {
        weights.append(try cursor.parameter(name + direction, shape: shape))
      }
    }
    self.weights = weights
    panels = [0, 4].map {
      RecurrentPanels(input: weights[$0].tensor, recurrent: weights[$0 + 1].tensor)
    }
    width = 2 * units
  }

  package var parameters: [Parameter] { weights }

  package func callAsFunction(
    _ x: Variable, rows: [Int], _ pass: ForwardPass
  ) throws(AssayError) -> Variable {
    let isTrained = weights.contains(where: pass.isTrained)
    if !isTrained {
      for (direction, panels) in panels.enumerated() {
        let (input, recurrent) = (weights[4 * direction], weights[4 * direction + 1])
        // Token by token, so panels of the other direction are needed however many there are.
        let rows = x.isConstant ? nil : 1
        try panels.input.makeReady(backward: rows, input.name)
        try panels.recurrent.makeReady(backward: rows, recurrent.name)
      }
    }
    let operation = BidirectionalLSTM(
      pass.batch.layout, rows: rows, panels: isTrained ? nil : panels)
    return try pass.tape.apply(operation, [x] + weights.map(pass.parameter))
  }
}

/// Convolutions of several widths over neighbouring tokens, their filters side by side, with a ReLU.
package struct ConvolutionalEncoder: TokenEncoder {
  private let weights: [Parameter]
  package let width: Int

  /// The layers stored at `cursor` as `convolutions.0.weight [filters, inputs, width]`, ….
  package init(
    _ cursor: WeightsCursor, inputs: Int, filters: Int, widths: [Int]
  ) throws(AssayError) {
    var weights: [Parameter] = []
    for (index, width) in widths.enumerated() {
      let layer = cursor["convolutions"][index]
      weights.append(try layer.parameter("weight", shape: [filters, inputs, width]))
      weights.append(try layer.parameter("bias", shape: [filters]))
    }
    self.weights = weights
    width = filters * widths.count
  }

  package var parameters: [Parameter] { weights }

  package func callAsFunction(
    _ x: Variable, rows: [Int], _ pass: ForwardPass
  ) throws(AssayError) -> Variable {
    try pass.tape.apply(
      RaggedConvolution(pass.batch.layout, rows: rows), [x] + weights.map(pass.parameter))
  }
}

/// Every token by itself: tanh(W x + b).
package struct TokenwiseEncoder: TokenEncoder {
  private let projection: LinearLayer
  package let width: Int

  /// The layer stored at `cursor` as `projection.weight` and `projection.bias`.
  package init(_ cursor: WeightsCursor, inputs: Int, outputs: Int) throws(AssayError) {
    projection = try LinearLayer(cursor["projection"], inputs: inputs, outputs: outputs)
    width = outputs
  }

  package var parameters: [Parameter] { projection.parameters }

  package func callAsFunction(
    _ x: Variable, rows: [Int], _ pass: ForwardPass
  ) throws(AssayError) -> Variable {
    try pass.tape.apply(Gather(rows), [projection(x, activation: .tanh, pass)])
  }
}
