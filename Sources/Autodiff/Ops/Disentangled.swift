import Tensors

/// Attention scores from content and relative positions (He et al. 2021, eq. 4):
/// s_ij = scale · (q_i · k_j + q_i · κ_r + k_j · ρ_r) with r = the row of the distance i − j.
///
/// Inputs: q and k `[token rows, heads · width]`, then the position keys κ and the position queries
/// ρ, `[sequences · distances, heads · width]`, repeated for every sequence; either may be absent.
/// Output: flat, laid out by `layout`.
package struct DisentangledScores: Operation {
  package let name = "disentangled_scores"
  package let layout: PatternLayout
  package let distances: RelativeDistances
  package let scale: Float
  /// Which of κ and ρ are among the inputs.
  package let terms: Terms

  /// The terms that relative positions take part in.
  package struct Terms: OptionSet, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }
    /// q_i · κ_r.
    package static let contentToPosition = Terms(rawValue: 1)
    /// k_j · ρ_r.
    package static let positionToContent = Terms(rawValue: 2)
  }

  package init(
    _ layout: PatternLayout, _ distances: RelativeDistances, scale: Float, terms: Terms
  ) {
    self.layout = layout
    self.distances = distances
    self.scale = scale
    self.terms = terms
  }

  /// Tokens against distances, one block a head.
  private var positions: PatternLayout {
    PatternLayout(
      heads: layout.heads, queries: layout.keys,
      keys: Ragged(lengths: Array(repeating: distances.rows, count: layout.keys.count)))
  }

  private var keyInput: Int? { terms.contains(.contentToPosition) ? 2 : nil }
  private var queryInput: Int? {
    terms.contains(.positionToContent) ? (keyInput == nil ? 2 : 3) : nil
  }

  package func forward(_ inputs: [Tensor], saving: Bool, _ execution: Execution) -> Forward {
    var scores = inputs[0].headProducts(with: inputs[1], layout, execution)
    if let keyInput {
      let products = inputs[0].headProducts(with: inputs[keyInput], positions, execution)
      scores = scores.addingDistances(of: products, distances, layout, byKey: false)
    }
    if let queryInput {
      let products = inputs[1].headProducts(with: inputs[queryInput], positions, execution)
      scores = scores.addingDistances(of: products, distances, layout, byKey: true)
    }
    return Forward(scores.scaled(by: scale, execution))
  }

  // In the forward pass s = scale · (q kᵀ + G(q κᵀ) + G'(k ρᵀ)), G picking the distance of each pair,
  // so now, with a = Gᵀ ds and b = G'ᵀ ds, dq = scale · (ds k + a κ), dk = scale · (dsᵀ q + b ρ),
  // dκ = scale · aᵀ q and dρ = scale · bᵀ k.
  package func pullback(
    _ record: TapeEntry, _ cotangent: Tensor, wanted: [Bool], _ execution: Execution
  ) -> [Tensor?] {
    let (q, k) = (record.inputs[0], record.inputs[1])
    var parts: [Tensor?] = Array(repeating: nil, count: record.inputs.count)
    if wanted[0] { parts[0] = cotangent.mixed(values: k, layout, scale: scale, execution) }
    if wanted[1] { parts[1] = cotangent.transposedMixed(rows: q, layout, scale: scale, execution) }
    for (content, input, byKey) in [(0, keyInput, false), (1, queryInput, true)] {
      guard let input, wanted[content] || wanted[input] else { continue }
      let gathered = cotangent.gatheringDistances(distances, layout, positions, byKey: byKey)
      if wanted[content] {
        let part = gathered.mixed(
          values: record.inputs[input], positions, scale: scale, execution)
        parts[content] = parts[content].map { $0.adding(part, execution) }
      }
      if wanted[input] {
        parts[input] = gathered.transposedMixed(
          rows: record.inputs[content], positions, scale: scale, execution)
      }
    }
    return parts
  }
}

/// softmax of every row of flat attention scores.
///
/// Input and output: flat, laid out by `layout`.
package struct SoftmaxPattern: Operation {
  package let name = "softmax_pattern"
  package let layout: PatternLayout
  package init(_ layout: PatternLayout) { self.layout = layout }

  package func forward(_ inputs: [Tensor], saving: Bool, _ execution: Execution) -> Forward {
    let parts = (0..<layout.queries.count).map { sequence in
      let shape = layout.shape(sequence)
      let rows = inputs[0].window(
        at: layout.starts[sequence], shape: [shape[0] * shape[1], shape[2]])
      return rows.softmaxed().reshaped([rows.count])
    }
    return Forward(.concatenated(parts))
  }

  // In the forward pass p = softmax(s), so now ds = p ⊙ (dp − Σ_keys dp ⊙ p).
  package func pullback(
    _ record: TapeEntry, _ cotangent: Tensor, wanted: [Bool], _ execution: Execution
  ) -> [Tensor?] {
    [record.output.softmaxPullback(cotangent, layout, execution)]
  }
}
