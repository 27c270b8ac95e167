import Tensors

/// Rotary positions (Su et al. 2021): the pairs (x_i, x_{i + half}) of every head turn by
/// position · frequency_i; columns of a head beyond the rotated ones are handed on.
///
/// Input and output: `[rows, heads · width]`.
package struct Rotate: Operation {
  package let name = "rotate"
  package let rotation: Rotation
  package init(_ rotation: Rotation) { self.rotation = rotation }

  package func forward(_ inputs: [Tensor], saving: Bool, _ execution: Execution) -> Forward {
    Forward(inputs[0].rotated(rotation, backwards: false, execution))
  }

  package func reads(tracked: [Bool]) -> Reads { .nothing(of: tracked) }

  // In the forward pass y = R x with an orthogonal R, so now dx = Rᵀ dy: the same turn backwards.
  package func pullback(
    _ record: TapeEntry, _ cotangent: Tensor, wanted: [Bool], _ execution: Execution
  ) -> [Tensor?] {
    [cotangent.rotated(rotation, backwards: true, execution)]
  }
}
