import Tensors

extension WeightsCursor {
  /// The named tensor as a parameter; problems are collected until `finish`.
  package func parameter(_ name: String, shape: [Int]) throws(AssayError) -> Parameter {
    Parameter(name: self.name(name), tensor: try tensor(name, shape: shape))
  }
}
