import Models
import Tensors

extension PreNormEncoder {
  /// The weights before training: GPT-2's, and a head with a bias.
  package static func untrained(
    _ configuration: Configuration, seed: UInt64,
    _ execution: Execution = Execution()
  ) throws(AssayError) -> Checkpoint {
    var made = try UntrainedTensors(gpt2: configuration, seed: seed, execution)
    try made.linear(
      "score", inputs: try configuration.integer("n_embd", in: 1...65_536),
      outputs: try configuration.labels().count)
    return try Checkpoint(
      configuration: .record(configuration.object), tensors: made.tensors, path: "untrained")
  }
}
