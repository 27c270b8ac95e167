import Models
import Tensors

extension BERT {
  /// The weights of a `BertForSequenceClassification` before training: matrices normal with
  /// standard deviation `initializer_range`, gains one, biases and offsets zero (Devlin et al. 2019;
  /// the normal is not truncated, as in the `transformers` library).
  ///
  /// Names and shapes must stay in sync with BERT.swift, whose loading checks them. Every tensor has
  /// its own random numbers, so one does not depend on the size of another.
  package static func untrained(
    _ configuration: Configuration, seed: UInt64,
    _ execution: Execution = Execution()
  ) throws(AssayError) -> Checkpoint {
    let width = try configuration.integer("hidden_size", in: 1...65_536)
    let inner = try configuration.integer("intermediate_size", in: 1...262_144)
    let layers = try configuration.integer("num_hidden_layers", in: 1...1024)
    let words = try configuration.integer("vocab_size", in: 1...16_777_216)
    let positions = try configuration.integer("max_position_embeddings", in: 1...16_777_216)
    let types = try configuration.integer("type_vocab_size", in: 1...65_536, default: 2)
    let labels = try configuration.labels().count
    let deviation = try configuration.number("initializer_range", in: 1e-6...1, default: 0.02)
    var made = UntrainedTensors(seed: seed, deviation: deviation, execution)

    try made.matrix("bert.embeddings.word_embeddings", [words, width])
    try made.matrix("bert.embeddings.position_embeddings", [positions, width])
    try made.matrix("bert.embeddings.token_type_embeddings", [types, width])
    made.norm("bert.embeddings.LayerNorm", width)
    for layer in 0..<layers {
      let block = "bert.encoder.layer.\(layer)"
      for part in ["query", "key", "value"] {
        try made.linear("\(block).attention.self.\(part)", inputs: width, outputs: width)
      }
      try made.linear("\(block).attention.output.dense", inputs: width, outputs: width)
      made.norm("\(block).attention.output.LayerNorm", width)
      try made.linear("\(block).intermediate.dense", inputs: width, outputs: inner)
      try made.linear("\(block).output.dense", inputs: inner, outputs: width)
      made.norm("\(block).output.LayerNorm", width)
    }
    try made.linear("bert.pooler.dense", inputs: width, outputs: width)
    try made.linear("classifier", inputs: width, outputs: labels)
    return try Checkpoint(
      configuration: .record(configuration.object), tensors: made.tensors, path: "untrained")
  }
}
