import Tensors

/// Attention scores with a bias by relative position (Raffel et al. 2020):
/// s_ij = scale · q_i · k_j + β_r with r = the row of the distance i − j.
///
/// Inputs: q and k `[token rows, heads · width]`, β `[distances, heads]`. Output: flat, laid out by
/// `layout`.
package struct BiasedScores: Operation {
  package let name = "biased_scores"
  package let layout: PatternLayout
  package let distances: RelativeDistances
  package let scale: Float

  package init(_ layout: PatternLayout, _ distances: RelativeDistances, scale: Float) {
    self.layout = layout
    self.distances = distances
    self.scale = scale
  }

  /// Tokens against distances, one block a head.
  private var positions: PatternLayout {
    PatternLayout(
      heads: layout.heads, queries: layout.keys,
      keys: Ragged(lengths: Array(repeating: distances.rows, count: layout.keys.count)))
  }

  /// Calls `body` with every place of `positions` and that of its number in β.
  private func forEachPlace(_ body: (Int, Int) -> Void) {
    var place = 0
    for sequence in 0..<layout.keys.count {
      for head in 0..<layout.heads {
        for _ in 0..<layout.keys.length(sequence) {
          for row in 0..<distances.rows {
            body(place, row * layout.heads + head)
            place += 1
          }
        }
      }
    }
  }

  package func forward(_ inputs: [Tensor], saving: Bool, _ execution: Execution) -> Forward {
    let biases = Tensor.filling([positions.total]) { out in
      inputs[2].withSpan { table in forEachPlace { out[$0] = table[$1] } }
    }
    let scores = inputs[0].headProducts(with: inputs[1], layout, execution)
      .scaled(by: scale, execution)
    return Forward(scores.addingDistances(of: biases, distances, layout, byKey: false))
  }

  package func reads(tracked: [Bool]) -> Reads { Reads(inputs: [true, true, true]) }

  // In the forward pass s = scale · q kᵀ + β_r, so now dq = scale · ds k, dk = scale · dsᵀ q and
  // dβ_r = Σ ds over the pairs at that distance.
  package func pullback(
    _ record: TapeEntry, _ cotangent: Tensor, wanted: [Bool], _ execution: Execution
  ) -> [Tensor?] {
    let (q, k) = (record.inputs[0], record.inputs[1])
    func biases() -> Tensor {
      let gathered = cotangent.gatheringDistances(distances, layout, positions, byKey: false)
      return Tensor.filling(record.inputs[2].shape) { sums in
        gathered.withSpan { gathered in forEachPlace { sums[$1] += gathered[$0] } }
      }
    }
    return [
      wanted[0] ? cotangent.mixed(values: k, layout, scale: scale, execution) : nil,
      wanted[1] ? cotangent.transposedMixed(rows: q, layout, scale: scale, execution) : nil,
      wanted[2] ? biases() : nil,
    ]
  }
}
