import Tensors

/// The softmax of every row of `keys` scores; −∞ becomes exactly zero.
func softmax(_ scores: [Double], rowsOf keys: Int) -> [Double] {
  var result = scores
  for row in stride(from: 0, to: scores.count, by: keys) {
    let range = row..<row + keys
    let highest = scores[range].max() ?? 0
    var sum = 0.0
    for index in range {
      result[index] = exponential(scores[index] - highest)
      sum += result[index]
    }
    for index in range { result[index] /= sum }
  }
  return result
}

/// In the forward pass y = softmax(z), so dz = y ∘ (dy − Σ y dy), row by row.
func softmaxPullback(_ cotangent: [Double], _ output: [Double], rowsOf keys: Int) -> [Double] {
  var result = cotangent
  for row in stride(from: 0, to: output.count, by: keys) {
    var along = 0.0
    for index in row..<row + keys { along += output[index] * cotangent[index] }
    for index in row..<row + keys { result[index] = output[index] * (cotangent[index] - along) }
  }
  return result
}

/// Adam's running means for one start's scores (Kingma & Ba 2015), with the largest second one so
/// far in the denominator (amsgrad, Reddi et al. 2018).
struct AdamMoments {
  private var first: [Double]
  private var second: [Double]
  private var largest: [Double]

  init(_ count: Int) {
    first = [Double](repeating: 0, count: count)
    (second, largest) = (first, first)
  }

  mutating func step(_ values: inout [Double], _ gradient: [Double], number: Int, rate: Double) {
    let correction = (1 - raised(0.9, number), 1 - raised(0.999, number))
    for index in values.indices {
      first[index] = 0.9 * first[index] + 0.1 * gradient[index]
      second[index] = 0.999 * second[index] + 0.001 * gradient[index] * gradient[index]
      largest[index] = max(largest[index], second[index])
      let scale = (largest[index] / correction.1).squareRoot() + 1e-8
      values[index] -= rate * first[index] / correction.0 / scale
    }
  }

  private func raised(_ base: Double, _ exponent: Int) -> Double {
    exponential(Double(exponent) * logarithm(base))
  }
}
