import Tensors

/// Named tensors with their values before training.
struct UntrainedTensors {
  let seed: UInt64
  /// The standard deviation of matrices.
  let deviation: Double
  private(set) var tensors: [(name: String, tensor: Tensor)] = []

  private let execution: Execution

  init(seed: UInt64, deviation: Double, _ execution: Execution) {
    self.seed = seed
    self.deviation = deviation
    self.execution = execution
  }

  /// A tensor of `shape` whose rows `fill` draws one after the other.
  /// - Throws: `memory` where there is too little for it, `cancelled`.
  private func drawn(
    _ name: String, _ shape: [Int], columns: Int,
    _ fill: (inout RandomSource.Draw) -> Float
  ) throws(AssayError) -> Tensor {
    try Memory.require(
      shape.reduce(4.0) { $0 * Double($1) }, for: "untrained weights \(name) of \(shape)")
    let source = RandomSource(seed: seed, stream: name)
    let values = Tensor.filling(shape) { span in
      for row in 0..<span.count / max(columns, 1) {
        guard execution.goesOn(row) else { return }
        var draw = source.draw(row)
        for column in 0..<columns { span[row * columns + column] = fill(&draw) }
      }
    }
    try execution.checkCancellation()
    return values
  }

  /// `name.weight` of `shape`, normal around zero.
  mutating func matrix(_ name: String, _ shape: [Int]) throws(AssayError) {
    let deviation = deviation
    add(
      "\(name).weight",
      try drawn("\(name).weight", shape, columns: shape.last ?? 1) { draw in
        Float(deviation * draw.normal())
      })
  }

  /// A matrix `[outputs, inputs]` and a bias of zeros.
  mutating func linear(
    _ name: String, inputs: Int, outputs: Int
  ) throws(AssayError) {
    try matrix(name, [outputs, inputs])
    tensors.append(("\(name).bias", .zeros([outputs])))
  }

  /// A matrix `[inputs, outputs]`, as GPT-2 stores it, and a bias of zeros.
  mutating func transposed(
    _ name: String, inputs: Int, outputs: Int
  ) throws(AssayError) {
    try matrix(name, [inputs, outputs])
    tensors.append(("\(name).bias", .zeros([outputs])))
  }

  /// A gain of ones and an offset of zeros.
  mutating func norm(_ name: String, _ width: Int) {
    tensors.append(("\(name).weight", .filled(1, [width])))
    tensors.append(("\(name).bias", .zeros([width])))
  }

  /// A tensor whose values are known.
  mutating func add(_ name: String, _ tensor: Tensor) { tensors.append((name, tensor)) }

  /// Zeros in one row of the last tensor.
  mutating func blank(row: Int) {
    guard let (name, tensor) = tensors.popLast() else { return }
    let columns = tensor.shape[1]
    add(name, tensor.edited { for column in 0..<columns { $0[row * columns + column] = 0 } })
  }

  /// A tensor of `shape`, uniform within ±bound.
  mutating func uniform(
    _ name: String, _ shape: [Int], within bound: Double
  ) throws(AssayError) {
    add(
      name,
      try drawn(name, shape, columns: max(shape.dropFirst().reduce(1, *), 1)) { draw in
        Float(bound * (2 * draw.uniform() - 1))
      })
  }

  /// A matrix `[outputs, inputs]` and a bias, both uniform within ±1/√inputs.
  mutating func uniformLinear(
    _ name: String, inputs: Int, outputs: Int
  ) throws(AssayError) {
    let bound = 1 / Double(inputs).squareRoot()
    try uniform("\(name).weight", [outputs, inputs], within: bound)
    try uniform("\(name).bias", [outputs], within: bound)
  }
}
