import Models
import Tensors

extension Question {
  /// Gradients of the target at many embeddings, in slices, so that many points need no more
  /// memory than a few: `point` makes an embedding when its turn comes, `use` receives its
  /// gradient, in the order of the points.
  func gradients(
    points count: Int, _ output: Output, _ message: String, at point: (Int) -> Tensor,
    use: (Int, Tensor) -> Void
  ) throws(AssayError) {
    for start in stride(from: 0, to: count, by: 64) {
      let slice = start..<min(start + 64, count)
      let results = try model.gradients(
        Array(repeating: input, count: slice.count),
        targets: Array(repeating: target, count: slice.count), output: output, at: [.embedding],
        embeddings: slice.map(point), execution)
      for (index, result) in zip(slice, results) { use(index, result.gradients[0]) }
      try execution.report(Double(slice.upperBound) / Double(count), message)
    }
  }
}

extension Tensor {
  /// The tensor plus `deviation` times standard normal numbers, element after element.
  func addingNoise(_ deviation: Double, _ draw: inout RandomSource.Draw) -> Tensor {
    guard deviation > 0 else { return self }
    var numbers = draw
    let noisy = edited { values in
      for index in 0..<values.count {
        values[index] = Float(Double(values[index]) + deviation * numbers.normal())
      }
    }
    draw = numbers
    return noisy
  }
}
