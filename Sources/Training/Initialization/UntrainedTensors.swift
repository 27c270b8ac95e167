import Tensors

/// Named tensors with their values before training.
struct UntrainedTensors {
  let seed: UInt64
  /// The standard deviation of matrices.
  let deviation: Double
  private(set) var tensors: [(name: String, tensor: Tensor)] = []

  init(seed: UInt64, deviation: Double) {
    self.seed = seed
    self.deviation = deviation
  }

  /// `name.weight` of `shape`, normal around zero.
  mutating func matrix(_ name: String, _ shape: [Int]) {
    let source = RandomSource(seed: seed, stream: "\(name).weight")
    let columns = shape.last ?? 1
    let values = Tensor.filling(shape) { span in
      for row in 0..<span.count / max(columns, 1) {
        var draw = source.draw(row)
        for column in 0..<columns {
          span[row * columns + column] = Float(deviation * draw.normal())
        }
      }
    }
    tensors.append(("\(name).weight", values))
  }

  /// A matrix `[outputs, inputs]` and a bias of zeros.
  mutating func linear(_ name: String, inputs: Int, outputs: Int) {
    matrix(name, [outputs, inputs])
    tensors.append(("\(name).bias", .zeros([outputs])))
  }

  /// A matrix `[inputs, outputs]`, as GPT-2 stores it, and a bias of zeros.
  mutating func transposed(_ name: String, inputs: Int, outputs: Int) {
    matrix(name, [inputs, outputs])
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
  mutating func uniform(_ name: String, _ shape: [Int], within bound: Double) {
    let source = RandomSource(seed: seed, stream: name)
    let columns = max(shape.dropFirst().reduce(1, *), 1)
    let values = Tensor.filling(shape) { span in
      for row in 0..<(shape.first ?? 0) {
        var draw = source.draw(row)
        for column in 0..<columns {
          span[row * columns + column] = Float(bound * (2 * draw.uniform() - 1))
        }
      }
    }
    add(name, values)
  }

  /// A matrix `[outputs, inputs]` and a bias, both uniform within ±1/√inputs.
  mutating func uniformLinear(_ name: String, inputs: Int, outputs: Int) {
    let bound = 1 / Double(inputs).squareRoot()
    uniform("\(name).weight", [outputs, inputs], within: bound)
    uniform("\(name).bias", [outputs], within: bound)
  }
}
