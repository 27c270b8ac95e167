import Kernels
import Tensors

extension Configuration {
  /// The activation of a feed-forward branch, under transformers' names.
  func activation(_ field: String, default fallback: String) throws(AssayError) -> Activation {
    let names: [String: Activation] = [
      "gelu": .geluErf, "gelu_new": .geluTanh, "gelu_pytorch_tanh": .geluTanh, "relu": .relu,
      "silu": .silu, "swish": .silu, "tanh": .tanh,
    ]
    let name = try string(field, oneOf: names.keys.sorted(), default: fallback)
    return names[name] ?? .identity
  }

  /// - Throws: when `value`, the field's, is not a multiple of `divisor`.
  func require(
    _ field: String, _ value: Int, divisibleBy divisor: Int, because reason: String
  ) throws(AssayError) {
    guard value % divisor == 0 else {
      throw failure(field, expected: "a multiple of \(divisor) (\(reason))", found: "\(value)")
    }
  }

  /// - Throws: when the field is there and says something that the family does not do.
  func require(_ field: String, equals only: String) throws(AssayError) {
    _ = try string(field, oneOf: [only], default: only)
  }
}
