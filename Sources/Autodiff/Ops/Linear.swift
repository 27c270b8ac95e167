import Kernels
import Tensors

/// y = activation(x Wᵀ + b), the bias and the activation fused into the product's write-back.
///
/// Inputs: x `[rows, in]`, W `[out, in]` (or `[in, out]`, as the layout says), b `[out]` (optional).
package struct Linear: Operation {
  package let name = "linear"
  /// Which way the weight lies in the checkpoint.
  package let layout: WeightLayout
  package let activation: Activation
  /// The weight packed once by the model that owns it; nil packs it on the fly, as training must.
  package let panels: WeightPanels?

  package init(layout: WeightLayout, activation: Activation, panels: WeightPanels?) {
    self.layout = layout
    self.activation = activation
    self.panels = panels
  }

  package func forward(_ inputs: [Tensor], saving: Bool, _ execution: Execution) -> Forward {
    let panels = self.panels ?? WeightPanels(inputs[1], layout: layout)
    let keeps = saving && activation != .identity
    let (output, preactivation) = inputs[0].multiplied(
      by: panels.forward, bias: inputs.count > 2 ? inputs[2] : nil, activation: activation,
      keepingPreactivation: keeps, execution)
    return Forward(output, saved: preactivation.map { [$0] } ?? [])
  }

  package func reads(tracked: [Bool]) -> Reads {
    Reads(inputs: [tracked[1], panels == nil] + tracked.dropFirst(2).map { _ in false })
  }

  // In the forward pass z = x Wᵀ + b and y = activation(z), so now
  // dz = activation'(z) ⊙ dy, dx = dz W, dW = dzᵀ x and db = Σ_rows dz.
  package func pullback(
    _ record: TapeEntry, _ cotangent: Tensor, wanted: [Bool], _ execution: Execution
  ) -> [Tensor?] {
    let dz =
      record.saved.first.map { $0.activationPullback(activation, cotangent, execution) }
      ?? cotangent
    let (x, weight) = (record.inputs[0], record.inputs[1])
    var parts: [Tensor?] = Array(repeating: nil, count: record.inputs.count)
    if wanted[0] {
      let panels = self.panels ?? WeightPanels(weight, layout: layout)
      parts[0] = panels.pullback(dz, execution)
    }
    if wanted[1] {
      parts[1] =
        layout == .outputByInput
        ? dz.transposedProduct(with: x, execution) : x.transposedProduct(with: dz, execution)
    }
    if wanted.count > 2, wanted[2] { parts[2] = dz.columnSums(execution) }
    return parts
  }
}
