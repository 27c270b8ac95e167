import Models
import Tensors

extension UntrainedTensors {
  /// Tables, blocks and last norm by GPT-2's names: matrices normal with standard deviation
  /// `initializer_range`, gains one, biases and offsets zero (Radford et al. 2019; projections into
  /// the residual stream are not scaled down by depth).
  ///
  /// Names and shapes must stay in sync with PreNormBlock+GPT2.swift, GPT2.swift and
  /// PreNormEncoder.swift, whose loading checks them.
  init(
    gpt2 configuration: Configuration, seed: UInt64, _ execution: Execution
  ) throws(AssayError) {
    let width = try configuration.integer("n_embd", in: 1...65_536)
    let inner = try configuration.integer("n_inner", in: 1...1_048_576, default: 4 * width)
    let layers = try configuration.integer("n_layer", in: 1...1024)
    let words = try configuration.integer("vocab_size", in: 1...16_777_216)
    let positions = try configuration.integer("n_positions", in: 1...16_777_216)
    self.init(
      seed: seed,
      deviation: try configuration.number("initializer_range", in: 1e-6...1, default: 0.02),
      execution)

    try matrix("transformer.wte", [words, width])
    try matrix("transformer.wpe", [positions, width])
    for layer in 0..<layers {
      let block = "transformer.h.\(layer)"
      norm("\(block).ln_1", width)
      try transposed("\(block).attn.c_attn", inputs: width, outputs: 3 * width)
      try transposed("\(block).attn.c_proj", inputs: width, outputs: width)
      norm("\(block).ln_2", width)
      try transposed("\(block).mlp.c_fc", inputs: width, outputs: inner)
      try transposed("\(block).mlp.c_proj", inputs: inner, outputs: width)
    }
    norm("transformer.ln_f", width)
  }
}
