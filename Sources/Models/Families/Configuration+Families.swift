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

  /// The number of blocks.
  func layers(_ field: String) throws(AssayError) -> Int { try integer(field, in: 1...1024) }

  /// Which layers attend to everything and which to a window, as `layer_types` says; without it as
  /// `fallback` says.
  func layerKinds(
    _ layers: Int, orElse fallback: (Int) -> String
  ) throws(AssayError) -> [String] {
    let known = ["full_attention", "sliding_attention"]
    let kinds = try strings("layer_types", default: (0..<layers).map(fallback))
    guard kinds.count == layers, kinds.allSatisfy(known.contains) else {
      throw failure(
        "layer_types", expected: "\(layers) of \(known.joined(separator: ", "))",
        found: "\(kinds.count) of \(Set(kinds).sorted().joined(separator: ", "))")
    }
    return kinds
  }

  /// The number of token ids.
  func vocabulary() throws(AssayError) -> Int { try integer("vocab_size", in: 1...16_777_216) }

  /// The number of positions.
  func positions(_ field: String) throws(AssayError) -> Int {
    try integer(field, in: 1...16_777_216)
  }

  /// The width inside the feed-forward branch.
  func inner(_ field: String, default fallback: Int? = nil) throws(AssayError) -> Int {
    try integer(field, in: 1...1_048_576, default: fallback)
  }

  /// The width of the residual stream and the number of heads that divide it.
  func widthAndHeads(
    _ width: String, _ heads: String
  ) throws(AssayError) -> (width: Int, heads: Int) {
    let extent = try integer(width, in: 1...65_536)
    let count = try integer(heads, in: 1...1024)
    try require(
      width, extent, divisibleBy: count, because: "every attention head has the same width")
    return (extent, count)
  }
}

extension BlockShape {
  /// The extents under GPT-2's names.
  init(gpt2 configuration: Configuration) throws(AssayError) {
    let (width, heads) = try configuration.widthAndHeads("n_embd", "n_head")
    self.init(
      width: width, heads: heads,
      inner: try configuration.inner("n_inner", default: 4 * width),
      epsilon: Float(try configuration.number("layer_norm_epsilon", in: 0...1, default: 1e-5)),
      activation: try configuration.activation("activation_function", default: "gelu_new"))
  }

  /// The extents under BERT's names.
  init(bert configuration: Configuration, epsilon: Double) throws(AssayError) {
    let (width, heads) = try configuration.widthAndHeads("hidden_size", "num_attention_heads")
    self.init(
      width: width, heads: heads, inner: try configuration.inner("intermediate_size"),
      epsilon: Float(try configuration.number("layer_norm_eps", in: 0...1, default: epsilon)),
      activation: try configuration.activation("hidden_act", default: "gelu"))
  }
}
