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

/// y = γ ⊙ x / √(mean(x²) + ε), the mean being over as many columns as γ has.
///
/// Inputs: γ `[width]`, x `[rows, parts · width]`, each part of a row normalized by itself. Zhang &
/// Sennrich 2019.
package struct RMSNorm: Operation {
  package let name = "rms_norm"
  package let epsilon: Float
  /// Whether the input is what γ differs from one by.
  package let startsAtOne: Bool

  package init(epsilon: Float, startsAtOne: Bool = false) {
    self.epsilon = epsilon
    self.startsAtOne = startsAtOne
  }

  /// γ as it multiplies.
  package func gain(_ input: Tensor) -> Tensor {
    guard startsAtOne else { return input }
    return input.edited { gain in for index in gain.indices { gain[index] += 1 } }
  }

  /// A row a part.
  private func parts(_ x: Tensor, _ width: Int) -> Tensor {
    x.reshaped([x.count / width, width])
  }

  package func forward(_ inputs: [Tensor], saving: Bool, _ execution: Execution) -> Forward {
    let norm = parts(inputs[1], inputs[0].count).rootMeanSquareNormalized(
      gain: gain(inputs[0]), epsilon: epsilon, execution)
    return Forward(norm.output.reshaped(inputs[1].shape), saved: saving ? [norm.scale] : [])
  }

  package func reads(tracked: [Bool]) -> Reads { Reads(inputs: [true, true]) }

  // In the forward pass y = γ x · scale with scale = 1 / √(mean(x²) + ε), so now, with g = γ ⊙ dy,
  // dx = scale · (g − x · scale² · mean(g ⊙ x)) and dγ = Σ_rows dy ⊙ x · scale.
  package func pullback(
    _ record: TapeEntry, _ cotangent: Tensor, wanted: [Bool], _ execution: Execution
  ) -> [Tensor?] {
    let (gain, scale) = (gain(record.inputs[0]), record.saved[0])
    let shape = record.inputs[1].shape
    let (x, cotangent) = (parts(record.inputs[1], gain.count), parts(cotangent, gain.count))
    return [
      wanted[0] ? x.rootMeanSquareGainPullback(cotangent, scale: scale) : nil,
      wanted[1]
        ? x.rootMeanSquarePullback(cotangent, gain: gain, scale: scale, execution)
          .reshaped(shape) : nil,
    ]
  }
}
