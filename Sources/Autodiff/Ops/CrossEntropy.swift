import Tensors

/// Cross-entropy of rows of scores against target distributions, their weighted mean
/// −Σ_rows weight Σ_labels target · log softmax(scores) / Σ_rows weight or the sum without divisor.
///
/// Input: scores `[rows, labels]`; output `[1]`. Sums run in double precision, rows ascending.
package struct CrossEntropy: Operation {
  package let name = "cross_entropy"
  /// Target probabilities, `[rows, labels]`.
  package let targets: Tensor
  /// One weight a row.
  package let weights: [Float]
  /// What the weighted sum over rows is divided by.
  private let divisor: Double

  /// - Parameter sums: adds the rows up rather than taking their mean.
  /// - Precondition: `weights` sum to more than zero.
  package init(targets: Tensor, weights: [Float], sums: Bool = false) {
    precondition(weights.count == targets.shape[0], "one weight a row")
    self.targets = targets
    self.weights = weights
    divisor = sums ? 1 : weights.reduce(0) { $0 + Double($1) }
  }

  package func forward(_ inputs: [Tensor], saving: Bool, _ execution: Execution) -> Forward {
    let probabilities = inputs[0].softmaxed()
    let labels = inputs[0].shape[1]
    var loss = 0.0
    probabilities.withSpan { p in
      targets.withSpan { t in
        for row in weights.indices {
          for label in 0..<labels where t[row * labels + label] > 0 {
            let probability = max(Double(p[row * labels + label]), 1e-30)
            loss -= Double(weights[row] * t[row * labels + label]) * logarithm(probability)
          }
        }
      }
    }
    return Forward(Tensor([Float(loss / divisor)], shape: [1]), saved: [probabilities])
  }

  // In the forward pass p = softmax(scores), so now d scores = weight (p · Σ targets − targets).
  package func pullback(
    _ record: TapeEntry, _ cotangent: Tensor, wanted: [Bool], _ execution: Execution
  ) -> [Tensor?] {
    let labels = record.inputs[0].shape[1]
    let scale = cotangent.scalars[0] / Float(divisor)
    let gradient = record.saved[0].edited { span in
      targets.withSpan { t in
        for row in weights.indices {
          let mass = (0..<labels).reduce(Float(0)) { $0 + t[row * labels + $1] }
          for label in 0..<labels {
            let index = row * labels + label
            span[index] = scale * weights[row] * (span[index] * mass - t[index])
          }
        }
      }
    }
    return [gradient]
  }
}
