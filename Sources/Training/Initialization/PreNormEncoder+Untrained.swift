import Models
import Tensors

extension PreNormEncoder {
  /// The weights before training: matrices normal with standard deviation `initializer_range`, gains
  /// one, biases and offsets zero (Radford et al. 2019).
  ///
  /// Names and shapes must stay in sync with PreNormBlock+GPT2.swift and PreNormEncoder.swift, whose loading
  /// checks them.
  package static func untrained(
    _ configuration: Configuration, seed: UInt64,
    _ execution: Execution = Execution()
  ) throws(AssayError) -> Checkpoint {
    let width = try configuration.integer("n_embd", in: 1...65_536)
    let inner = try configuration.integer("n_inner", in: 1...1_048_576, default: 4 * width)
    let layers = try configuration.integer("n_layer", in: 1...1024)
    let words = try configuration.integer("vocab_size", in: 1...16_777_216)
    let positions = try configuration.integer("n_positions", in: 1...16_777_216)
    let labels = try configuration.labels().count
    let deviation = try configuration.number("initializer_range", in: 1e-6...1, default: 0.02)
    var made = UntrainedTensors(seed: seed, deviation: deviation, execution)

    try made.matrix("transformer.wte", [words, width])
    try made.matrix("transformer.wpe", [positions, width])
    for layer in 0..<layers {
      let block = "transformer.h.\(layer)"
      made.norm("\(block).ln_1", width)
      try made.transposed("\(block).attn.c_attn", inputs: width, outputs: 3 * width)
      try made.transposed("\(block).attn.c_proj", inputs: width, outputs: width)
      made.norm("\(block).ln_2", width)
      try made.transposed("\(block).mlp.c_fc", inputs: width, outputs: inner)
      try made.transposed("\(block).mlp.c_proj", inputs: inner, outputs: width)
    }
    made.norm("transformer.ln_f", width)
    try made.linear("score", inputs: width, outputs: labels)
    return try Checkpoint(
      configuration: .record(configuration.object), tensors: made.tensors, path: "untrained")
  }
}
