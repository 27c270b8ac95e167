import Tensors

/// The attention pattern softmax(scale · q kᵀ + mask), one `[queries, keys]` block a head.
///
/// Inputs: q `[query rows, heads · width]`, k `[key rows, heads · width]`.
/// Output: flat, laid out by `layout`. Masked entries are exactly zero.
package struct AttentionPattern: Operation {
  package let name = "attention_pattern"
  package let layout: PatternLayout
  package let scale: Float
  package let mask: AttentionMask

  package init(_ layout: PatternLayout, scale: Float, mask: AttentionMask) {
    self.layout = layout
    self.scale = scale
    self.mask = mask
  }

  package func forward(_ inputs: [Tensor], saving: Bool, _ execution: Execution) -> Forward {
    Forward(inputs[0].attentionPattern(keys: inputs[1], layout, scale: scale, mask, execution))
  }

  // In the forward pass p = softmax(s) with s = scale · q kᵀ, so now
  // ds = p ⊙ (dp − Σ_keys dp ⊙ p), dq = scale · ds k and dk = scale · dsᵀ q.
  package func pullback(
    _ record: TapeEntry, _ cotangent: Tensor, wanted: [Bool], _ execution: Execution
  ) -> [Tensor?] {
    let ds = record.output.softmaxPullback(cotangent, layout, execution)
    let (q, k) = (record.inputs[0], record.inputs[1])
    return [
      wanted[0] ? ds.mixed(values: k, layout, scale: scale, execution) : nil,
      wanted[1] ? ds.transposedMixed(rows: q, layout, scale: scale, execution) : nil,
    ]
  }
}

/// The values mixed by a pattern: y = p v, head by head.
///
/// Inputs: p (flat, laid out by `layout`), v `[key rows, heads · width]`.
/// Output: `[query rows, heads · width]`.
package struct AttentionMix: Operation {
  package let name = "attention_mix"
  package let layout: PatternLayout
  package init(_ layout: PatternLayout) { self.layout = layout }

  package func forward(_ inputs: [Tensor], saving: Bool, _ execution: Execution) -> Forward {
    Forward(inputs[0].mixed(values: inputs[1], layout, scale: 1, execution))
  }

  package func reads(tracked: [Bool]) -> Reads { Reads(inputs: [tracked[1], tracked[0]]) }

  // In the forward pass y = p v, so now dp = dy vᵀ and dv = pᵀ dy.
  package func pullback(
    _ record: TapeEntry, _ cotangent: Tensor, wanted: [Bool], _ execution: Execution
  ) -> [Tensor?] {
    let (pattern, v) = (record.inputs[0], record.inputs[1])
    return [
      wanted[0] ? cotangent.headProducts(with: v, layout, execution) : nil,
      wanted[1] ? pattern.transposedMixed(rows: cotangent, layout, scale: 1, execution) : nil,
    ]
  }
}

/// Pattern and mix in one step, for when nobody looks at the pattern or edits it.
///
/// The pattern is recomputed in the pullback rather than kept. The arithmetic is that of
/// `AttentionPattern` followed by `AttentionMix`, so that capturing a pattern changes no bit.
///
/// Inputs: q `[query rows, heads · width]`, k and v `[key rows, heads · width]`.
/// Output: `[query rows, heads · width]`.
package struct Attention: Operation {
  package let name = "attention"
  private let layout: PatternLayout
  private let scale: Float
  private let mask: AttentionMask

  package init(_ layout: PatternLayout, scale: Float, mask: AttentionMask) {
    self.layout = layout
    self.scale = scale
    self.mask = mask
  }

  package func forward(_ inputs: [Tensor], saving: Bool, _ execution: Execution) -> Forward {
    Forward(
      inputs[0].attended(
        keys: inputs[1], values: inputs[2], layout, scale: scale, mask, execution))
  }

  package func reads(tracked: [Bool]) -> Reads { Reads(inputs: [true, true, true]) }

  // In the forward pass p = softmax(scale · q kᵀ) and y = p v, so now dv = pᵀ dy, dp = dy vᵀ,
  // ds = p ⊙ (dp − Σ_keys dp ⊙ p), dq = scale · ds k and dk = scale · dsᵀ q.
  package func pullback(
    _ record: TapeEntry, _ cotangent: Tensor, wanted: [Bool], _ execution: Execution
  ) -> [Tensor?] {
    let parts = record.inputs[0].attentionPullback(
      keys: record.inputs[1], values: record.inputs[2], cotangent: cotangent, layout,
      scale: scale, mask, execution)
    return [
      wanted[0] ? parts.queries : nil, wanted[1] ? parts.keys : nil,
      wanted[2] ? parts.values : nil,
    ]
  }
}
