import Tensors

extension WeightsCursor {
  /// The named tensor as a parameter; problems are collected until `finish`.
  /// - Parameter legacy: Another name that older checkpoints use for the same tensor.
  package func parameter(
    _ name: String, or legacy: String? = nil, shape: [Int]
  ) throws(AssayError) -> Parameter {
    let stored = legacy.map { contains(name) || !contains($0) ? name : $0 } ?? name
    return Parameter(
      name: self.name(stored), tensor: try tensor(stored, shape: shape), precision: precision)
  }
}
