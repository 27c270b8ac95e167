import Tensors

/// One-dimensional convolutions of several widths over a ragged batch, their filters side by side,
/// with a ReLU: y_t = max(0, b + Σ_d W[:, :, d] x_{t + d − (width − 1)/2}), zeros beyond a
/// sequence's ends (Kim 2014).
///
/// Inputs: x `[rows, in]`, then for each width W `[filters, in, width]` and b `[filters]`.
/// Output: `[tokens, widths · filters]`. Every row of x is projected once however many tokens use
/// it; a token then sums the projections of its neighbours.
package struct RaggedConvolution: Operation {
  package let name = "ragged_convolution"
  package let layout: Ragged
  /// The row of x that every token reads.
  package let rows: [Int]

  /// - Precondition: one row for every token of the layout.
  package init(_ layout: Ragged, rows: [Int]) {
    precondition(rows.count == layout.total, "one row a token")
    self.layout = layout
    self.rows = rows
  }

  private func taps(_ inputs: [Tensor]) -> ConvolutionTaps {
    let weights = stride(from: 1, to: inputs.count, by: 2).map { inputs[$0] }
    return ConvolutionTaps(
      filters: weights[0].shape[0], inputs: weights[0].shape[1], widths: weights.map { $0.shape[2] }
    )
  }

  private func weights(_ inputs: [Tensor]) -> [Tensor] {
    stride(from: 1, to: inputs.count, by: 2).map { inputs[$0] }
  }

  package func forward(_ inputs: [Tensor], saving: Bool, _ execution: Execution) -> Forward {
    let stacked = taps(inputs).stacked(weights(inputs))
    let sums = sums(inputs, stacked, execution)
    return Forward(sums.activated(.relu, execution), saved: saving ? [stacked] : [])
  }

  /// What the ReLU is applied to, `[tokens, widths · filters]`.
  package func sums(_ record: TapeEntry, _ execution: Execution) -> Tensor {
    sums(record.inputs, record.saved[0], execution)
  }

  private func sums(_ inputs: [Tensor], _ stacked: Tensor, _ execution: Execution) -> Tensor {
    let projected = inputs[0].product(with: stacked, transposingOther: true, execution)
    let biases = Tensor.concatenated(stride(from: 2, to: inputs.count, by: 2).map { inputs[$0] })
    return projected.neighbourSums(taps(inputs), layout, rows: rows, biases: biases, execution)
  }

  // In the forward pass y = max(0, z) with z_t = b + Σ_d p_{t + d}[d] and p = x Wᵀ, so now
  // dz = dy where y > 0, db = Σ_t dz, dp_{t + d}[d] += dz_t, dx = dp W and dW = dpᵀ x.
  package func pullback(
    _ record: TapeEntry, _ cotangent: Tensor, wanted: [Bool], _ execution: Execution
  ) -> [Tensor?] {
    let dz = record.output.activationPullback(.relu, cotangent, execution)
    return pullback(record, ofSums: dz, wanted: wanted, execution)
  }

  /// The cotangents of the inputs from that of `sums`.
  package func pullback(
    _ record: TapeEntry, ofSums dz: Tensor, wanted: [Bool], _ execution: Execution
  ) -> [Tensor?] {
    let (taps, x) = (taps(record.inputs), record.inputs[0])
    let dp = dz.neighbourSpread(taps, layout, rows: rows, count: x.shape[0], execution)
    var parts: [Tensor?] = Array(repeating: nil, count: record.inputs.count)
    if wanted[0] { parts[0] = dp.product(with: record.saved[0], execution) }
    let gradients = taps.unstacked(dp.transposedProduct(with: x, execution))
    let biases = dz.columnSums(execution)
    for (index, gradient) in gradients.enumerated() {
      parts[2 * index + 1] = gradient
      parts[2 * index + 2] = biases.slices(index * taps.filters..<(index + 1) * taps.filters)
    }
    return parts
  }
}
