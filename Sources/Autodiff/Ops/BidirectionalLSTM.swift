import Tensors

/// A bidirectional LSTM over a ragged batch (Hochreiter & Schmidhuber 1997; Graves & Schmidhuber
/// 2005): z_t = W_ih x_t + b_ih + W_hh h_{t−1} + b_hh, split into i, f, g, o as torch does;
/// c_t = σ(f) c_{t−1} + σ(i) tanh(g), h_t = σ(o) tanh(c_t); the second direction reads backwards.
///
/// Inputs: x `[rows, in]`, then for each direction W_ih `[4 · units, in]`, W_hh
/// `[4 · units, units]`, b_ih and b_hh `[4 · units]`. Output: `[tokens, 2 · units]`.
///
/// Tokens that share a row of x share its projection, forward and backward: in text, where words
/// repeat, that halves the work and changes no bit of a token's state.
package struct BidirectionalLSTM: Operation {
  package let name = "bidirectional_lstm"
  /// The row of x that every token reads.
  package let rows: [Int]
  /// The weights packed once by the model that owns them; nil packs them on the fly.
  package let panels: [RecurrentPanels]?
  private let steps: PackedSteps

  /// - Precondition: one row for every token of the layout.
  package init(_ layout: Ragged, rows: [Int], panels: [RecurrentPanels]?) {
    precondition(rows.count == layout.total, "one row a token")
    self.rows = rows
    self.panels = panels
    steps = PackedSteps(layout)
  }

  private func panels(_ inputs: [Tensor]) -> [RecurrentPanels] {
    panels ?? [1, 5].map { RecurrentPanels(input: inputs[$0], recurrent: inputs[$0 + 1]) }
  }

  package func forward(_ inputs: [Tensor], saving: Bool, _ execution: Execution) -> Forward {
    let panels = panels(inputs)
    let projections = panels.enumerated().map { direction, panels in
      let bias = inputs[4 * direction + 3].adding(inputs[4 * direction + 4], execution)
      return inputs[0].multiplied(
        by: panels.input.forward, bias: bias, activation: .identity, keepingPreactivation: false,
        execution
      ).output
    }
    let result = Tensor.longShortTermMemory(
      projections, rows: rows, recurrent: panels.map(\.recurrent.forward), steps, execution)
    let saved = result.traces.flatMap { [$0.gates, $0.cells, $0.hidden] }
    return Forward(result.output, saved: saving ? saved : [])
  }

  // In the forward pass z = W_ih x + b_ih + W_hh h₋₁ + b_hh, so once dz is known step by step, now
  // dx = W_ihᵀ Σ dz (over the tokens that share x), dW_ih = Σ dz xᵀ, dW_hh = Σ dz h₋₁ᵀ and db = Σ dz.
  package func pullback(
    _ record: TapeEntry, _ cotangent: Tensor, wanted: [Bool], _ execution: Execution
  ) -> [Tensor?] {
    let (x, panels) = (record.inputs[0], panels(record.inputs))
    let traces = [0, 3].map {
      RecurrentTrace(
        gates: record.saved[$0], cells: record.saved[$0 + 1], hidden: record.saved[$0 + 2])
    }
    let gates = cotangent.longShortTermMemoryPullback(
      traces, recurrent: panels.map(\.recurrent.backward), steps, execution)
    var parts: [Tensor?] = Array(repeating: nil, count: record.inputs.count)
    for (direction, dz) in gates.enumerated() {
      let tokens = steps.tokens(backwards: direction == 1)
      let sums = dz.summedRows(tokens.map { rows[$0] }, count: x.shape[0], execution)
      let first = 4 * direction + 1
      if wanted[0] {
        let part = sums.multiplied(
          by: panels[direction].input.backward, bias: nil, activation: .identity,
          keepingPreactivation: false, execution
        ).output
        parts[0] = parts[0].map { $0.adding(part, execution) } ?? part
      }
      if wanted[first] { parts[first] = sums.transposedProduct(with: x, execution) }
      if wanted[first + 1] {
        let later = dz.slices(min(steps.starts.dropFirst().first ?? 0, steps.total)..<steps.total)
        parts[first + 1] = later.transposedProduct(
          with: traces[direction].hidden.previousRows(steps), execution)
      }
      if wanted[first + 2] || wanted[first + 3] {
        let bias = sums.columnSums(execution)
        (parts[first + 2], parts[first + 3]) = (bias, bias)
      }
    }
    return parts
  }
}

/// The two weight matrices of one LSTM direction, packed once.
package struct RecurrentPanels: Sendable {
  package let input: WeightPanels
  package let recurrent: WeightPanels

  package init(input: Tensor, recurrent: Tensor) {
    self.input = WeightPanels(input, layout: .outputByInput)
    self.recurrent = WeightPanels(recurrent, layout: .outputByInput)
  }
}
