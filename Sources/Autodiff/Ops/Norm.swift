import Tensors

/// y = γ ⊙ (s − mean(s)) / √(var(s) + ε) + β with s = x, or s = x + r when a residual is given.
///
/// Inputs: γ `[width]`, β `[width]`, x `[rows, width]`, r `[rows, width]` (optional).
/// Ba, Kiros & Hinton 2016.
package struct LayerNorm: Operation {
  package let name = "layer_norm"
  package let epsilon: Float
  package init(epsilon: Float) { self.epsilon = epsilon }

  package func forward(_ inputs: [Tensor], saving: Bool, _ execution: Execution) -> Forward {
    let norm = inputs[2].layerNormalized(
      residual: inputs.count > 3 ? inputs[3] : nil, gain: inputs[0], offset: inputs[1],
      epsilon: epsilon, keeping: saving, execution)
    return Forward(norm.output, saved: norm.kept.map { [$0.sum, $0.mean, $0.scale] } ?? [])
  }

  package func reads(tracked: [Bool]) -> Reads {
    Reads(inputs: [true] + tracked.dropFirst().map { _ in false })
  }

  // In the forward pass ŝ = (s − mean) · scale and y = γ ŝ + β, so now, with g = γ ⊙ dy,
  // ds = scale · (g − mean(g) − ŝ · mean(g ⊙ ŝ)), dγ = Σ_rows dy ⊙ ŝ and dβ = Σ_rows dy.
  package func pullback(
    _ record: TapeEntry, _ cotangent: Tensor, wanted: [Bool], _ execution: Execution
  ) -> [Tensor?] {
    let parts = record.saved[0].layerNormPullback(
      cotangent, gain: record.inputs[0], mean: record.saved[1], scale: record.saved[2],
      parameters: wanted[0] || wanted[1], execution)
    var result: [Tensor?] = [parts.gain, parts.offset, parts.input]
    if wanted.count > 3 { result.append(parts.input) }
    return result
  }
}

/// y = γ ⊙ x / √(mean(x²) + ε).
///
/// Inputs: γ `[width]`, x `[rows, width]`. Zhang & Sennrich 2019.
package struct RMSNorm: Operation {
  package let name = "rms_norm"
  package let epsilon: Float
  package init(epsilon: Float) { self.epsilon = epsilon }

  package func forward(_ inputs: [Tensor], saving: Bool, _ execution: Execution) -> Forward {
    let norm = inputs[1].rootMeanSquareNormalized(gain: inputs[0], epsilon: epsilon, execution)
    return Forward(norm.output, saved: saving ? [norm.scale] : [])
  }

  package func reads(tracked: [Bool]) -> Reads { Reads(inputs: [true, true]) }

  // In the forward pass y = γ x · scale with scale = 1 / √(mean(x²) + ε), so now, with g = γ ⊙ dy,
  // dx = scale · (g − x · scale² · mean(g ⊙ x)) and dγ = Σ_rows dy ⊙ x · scale.
  package func pullback(
    _ record: TapeEntry, _ cotangent: Tensor, wanted: [Bool], _ execution: Execution
  ) -> [Tensor?] {
    let (gain, x, scale) = (record.inputs[0], record.inputs[1], record.saved[0])
    return [
      wanted[0] ? x.rootMeanSquareGainPullback(cotangent, scale: scale) : nil,
      wanted[1]
        ? x.rootMeanSquarePullback(cotangent, gain: gain, scale: scale, execution) : nil,
    ]
  }
}
