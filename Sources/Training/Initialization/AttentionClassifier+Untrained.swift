import Models
import Tensors

extension AttentionClassifier {
  /// The weights of a classifier before training, as torch makes them: embeddings normal with
  /// standard deviation `initializer_range` (torch's 1 unless said) and a padding row of zeros,
  /// everything else uniform within ±1/√(inputs), an LSTM's within ±1/√units.
  ///
  /// Names and shapes must stay in sync with AttentionClassifier.swift, whose loading checks them.
  ///
  /// - Parameter embeddings: the word table to start from, `[vocabulary, embedding]`.
  /// - Throws: `shape` for embeddings that do not fit the configuration.
  package static func untrained(
    _ configuration: Configuration, embeddings: Tensor? = nil, seed: UInt64,
    _ execution: Execution = Execution()
  ) throws(AssayError) -> Checkpoint {
    let shape = try Shape(configuration)
    let labels = try configuration.labels().count
    let padding = try configuration.integer(
      "pad_token_id", in: 0...shape.vocabulary - 1, default: 0)
    let deviation = try configuration.number("initializer_range", in: 0...100, default: 1)
    var made = UntrainedTensors(seed: seed, deviation: deviation, execution)
    let table = [shape.vocabulary, shape.embedding]
    if let embeddings {
      guard embeddings.shape == table else {
        throw AssayError(
          .shape, "embeddings", expected: "shape \(table)", found: "\(embeddings.shape)")
      }
      made.add("embedding.weight", embeddings)
    } else {
      try made.matrix("embedding", table)
      made.blank(row: padding)
    }
    switch shape.encoder {
    case .bilstm:
      let bound = 1 / Double(shape.hidden).squareRoot()
      for direction in ["", "_reverse"] {
        for (name, extents) in [
          ("weight_ih_l0", [4 * shape.hidden, shape.embedding]),
          ("weight_hh_l0", [4 * shape.hidden, shape.hidden]), ("bias_ih_l0", [4 * shape.hidden]),
          ("bias_hh_l0", [4 * shape.hidden]),
        ] {
          try made.uniform("encoder.\(name)\(direction)", extents, within: bound)
        }
      }
    case .cnn:
      let filters = shape.hidden / shape.kernels.count
      for (index, width) in shape.kernels.enumerated() {
        let bound = 1 / Double(shape.embedding * width).squareRoot()
        let name = "encoder.convolutions.\(index)"
        try made.uniform("\(name).weight", [filters, shape.embedding, width], within: bound)
        try made.uniform("\(name).bias", [filters], within: bound)
      }
    case .average:
      try made.uniformLinear("encoder.projection", inputs: shape.embedding, outputs: shape.hidden)
    }
    var scored = shape.width
    if shape.attention == .additive {
      scored = shape.width / 2
      try made.uniformLinear("attention.hidden", inputs: shape.width, outputs: scored)
    }
    try made.uniform(
      "attention.score.weight", [1, scored], within: 1 / Double(scored).squareRoot())
    try made.uniformLinear(
      "decoder", inputs: shape.width, outputs: Shape.scores(labels: labels))
    return try Checkpoint(
      configuration: .record(configuration.object), tensors: made.tensors, path: "untrained")
  }
}
