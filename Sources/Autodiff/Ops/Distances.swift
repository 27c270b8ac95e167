import Tensors

/// How far predictions are from given ones: Σ_rows TVD(softmax(scores), base).
///
/// Input: scores `[rows, labels]`; output `[1]`.
package struct OutputDistance: Operation {
  package let name = "output_distance"
  /// Probabilities, `[rows, labels]`.
  package let base: Tensor
  package init(from base: Tensor) { self.base = base }

  package func forward(_ inputs: [Tensor], saving: Bool, _ execution: Execution) -> Forward {
    let probabilities = inputs[0].softmaxed()
    let distance = zip(probabilities.scalars, base.scalars).reduce(0.0) {
      $0 + abs(Double($1.0) - Double($1.1)) / 2
    }
    return Forward(Tensor([Float(distance)], shape: [1]), saved: [probabilities])
  }

  // In the forward pass d = ½ Σ |p − q| with p = softmax(s), so now g = ½ sign(p − q) and
  // ds = p ⊙ (g − Σ p ⊙ g), row by row.
  package func pullback(
    _ record: TapeEntry, _ cotangent: Tensor, wanted: [Bool], _ execution: Execution
  ) -> [Tensor?] {
    let (labels, factor) = (base.shape[1], cotangent.scalars[0])
    let q = base.scalars
    return [
      record.saved[0].edited { p in
        for start in stride(from: 0, to: q.count, by: labels) {
          let range = start..<start + labels
          let slopes = range.map { p[$0] > q[$0] ? 0.5 : p[$0] < q[$0] ? -0.5 : Float(0) }
          let mean = zip(range, slopes).reduce(Float(0)) { $0 + p[$1.0] * $1.1 }
          for (index, slope) in zip(range, slopes) { p[index] *= factor * (slope - mean) }
        }
      }
    ]
  }
}

/// How far attention is from given attention: Σ KL(α ‖ base) over all rows, entries in which either
/// is zero left out.
///
/// Input: a flat pattern; output `[1]`.
package struct AttentionDivergence: Operation {
  package let name = "attention_divergence"
  /// Weights that lie like the pattern.
  package let base: Tensor
  package init(from base: Tensor) { self.base = base }

  package func forward(_ inputs: [Tensor], saving: Bool, _ execution: Execution) -> Forward {
    let divergence = zip(inputs[0].scalars, base.scalars).reduce(0.0) { sum, pair in
      let (a, b) = (Double(pair.0), Double(pair.1))
      return a > 0 && b > 0 ? sum + a * (logarithm(a) - logarithm(b)) : sum
    }
    return Forward(Tensor([Float(divergence)], shape: [1]))
  }

  // In the forward pass d = Σ α (log α − log β), so now dα = log α − log β + 1.
  package func pullback(
    _ record: TapeEntry, _ cotangent: Tensor, wanted: [Bool], _ execution: Execution
  ) -> [Tensor?] {
    let factor = Double(cotangent.scalars[0])
    let b = base.scalars
    return [
      record.inputs[0].edited { a in
        for index in b.indices {
          let isCounted = a[index] > 0 && b[index] > 0
          let slope = logarithm(Double(a[index])) - logarithm(Double(b[index])) + 1
          a[index] = isCounted ? Float(factor * slope) : 0
        }
      }
    ]
  }
}
