import Tensors

/// The attention weights of one query a sequence: softmax over the sequence's visible scores.
///
/// Input: scores `[tokens, 1]`; output: flat, laid out by a layout with one head and one query.
/// Masked entries are exactly zero; a sequence without a visible token has all of them zero.
package struct AttentionWeights: Operation {
  package let name = "attention_weights"
  package let layout: PatternLayout
  package let mask: AttentionMask

  /// - Precondition: one head, and one query for every sequence.
  package init(_ layout: PatternLayout, mask: AttentionMask) {
    precondition(
      layout.heads == 1 && layout.queries.lengths.allSatisfy { $0 == 1 }, "one query a sequence")
    self.layout = layout
    self.mask = mask
  }

  package func forward(_ inputs: [Tensor], saving: Bool, _ execution: Execution) -> Forward {
    Forward(inputs[0].reshaped([layout.total]).maskedSoftmax(layout, mask))
  }

  // In the forward pass α = softmax(s), so now ds = α ⊙ (dα − Σ α ⊙ dα).
  package func pullback(
    _ record: TapeEntry, _ cotangent: Tensor, wanted: [Bool], _ execution: Execution
  ) -> [Tensor?] {
    [
      record.output.softmaxPullback(cotangent, layout, execution)
        .reshaped(record.inputs[0].shape)
    ]
  }
}
