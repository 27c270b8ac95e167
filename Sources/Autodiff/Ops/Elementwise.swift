import Kernels
import Tensors

/// y = a + b, element by element.
package struct Add: Operation {
  package let name = "add"
  package init() {}

  package func forward(_ inputs: [Tensor], saving: Bool, _ execution: Execution) -> Forward {
    Forward(inputs[0].adding(inputs[1], execution))
  }

  package func reads(tracked: [Bool]) -> Reads { .nothing(of: tracked) }

  package func pullback(
    _ record: TapeEntry, _ cotangent: Tensor, wanted: [Bool], _ execution: Execution
  ) -> [Tensor?] {
    [cotangent, cotangent]
  }
}

/// y = a ⊙ b, element by element.
package struct Multiply: Operation {
  package let name = "multiply"
  package init() {}

  package func forward(_ inputs: [Tensor], saving: Bool, _ execution: Execution) -> Forward {
    Forward(inputs[0].multipliedElements(by: inputs[1], execution))
  }

  package func reads(tracked: [Bool]) -> Reads { Reads(inputs: [tracked[1], tracked[0]]) }

  // In the forward pass y = a ⊙ b, so now da = b ⊙ dy and db = a ⊙ dy.
  package func pullback(
    _ record: TapeEntry, _ cotangent: Tensor, wanted: [Bool], _ execution: Execution
  ) -> [Tensor?] {
    [
      wanted[0] ? record.inputs[1].multipliedElements(by: cotangent, execution) : nil,
      wanted[1] ? record.inputs[0].multipliedElements(by: cotangent, execution) : nil,
    ]
  }
}

/// y = factor · x.
package struct Scale: Operation {
  package let name = "scale"
  package let factor: Float
  package init(_ factor: Float) { self.factor = factor }

  package func forward(_ inputs: [Tensor], saving: Bool, _ execution: Execution) -> Forward {
    Forward(inputs[0].scaled(by: factor, execution))
  }

  package func reads(tracked: [Bool]) -> Reads { .nothing(of: tracked) }

  package func pullback(
    _ record: TapeEntry, _ cotangent: Tensor, wanted: [Bool], _ execution: Execution
  ) -> [Tensor?] {
    [cotangent.scaled(by: factor, execution)]
  }
}

/// y = activation(x), element by element.
package struct Activate: Operation {
  package let name = "activate"
  package let activation: Activation
  package init(_ activation: Activation) { self.activation = activation }

  package func forward(_ inputs: [Tensor], saving: Bool, _ execution: Execution) -> Forward {
    Forward(inputs[0].activated(activation, execution))
  }

  package func reads(tracked: [Bool]) -> Reads { Reads(inputs: [true]) }

  // In the forward pass y = activation(x), so now dx = activation'(x) ⊙ dy.
  package func pullback(
    _ record: TapeEntry, _ cotangent: Tensor, wanted: [Bool], _ execution: Execution
  ) -> [Tensor?] {
    [record.inputs[0].activationPullback(activation, cotangent, execution)]
  }
}
