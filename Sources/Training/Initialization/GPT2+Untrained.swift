import Models
import Tensors

extension GPT2 {
  /// The weights of a `GPT2ForSequenceClassification` before training: its head is a matrix without
  /// a bias, which reads the last position.
  package static func untrained(
    _ configuration: Configuration, seed: UInt64, _ execution: Execution = Execution()
  ) throws(AssayError) -> Checkpoint {
    var made = try UntrainedTensors(gpt2: configuration, seed: seed, execution)
    try made.matrix(
      "score",
      [
        try configuration.labels().count,
        try configuration.integer("n_embd", in: 1...65_536),
      ])
    return try Checkpoint(
      configuration: .record(configuration.object), tensors: made.tensors, path: "untrained")
  }
}
