import Tensors

extension Head {
  /// The head of RoBERTa and its kin, as its tensors tell it: a classifier of sequences with a hidden
  /// layer, one of tokens, or a masked language model's.
  ///
  /// - Parameter weights: the checkpoint's root.
  /// - Returns: nil for a bare encoder.
  init?(
    robertaUnder configuration: Configuration, _ weights: WeightsCursor, _ words: EmbeddingTable,
    vocabulary: Int, _ shape: BlockShape
  ) throws(AssayError) {
    let width = shape.width
    let classifier = weights["classifier"]
    let masked = weights["lm_head"]
    if classifier.contains("out_proj.weight") {
      let labels = try configuration.labels().count
      try self.init(
        labelsOf: configuration, readOut: .first,
        [
          .linear(LinearLayer(classifier["dense"], inputs: width, outputs: width), .tanh),
          .linear(
            LinearLayer(classifier["out_proj"], inputs: width, outputs: labels), .identity),
        ])
      return
    }
    if classifier.contains("weight") {
      let labels = try configuration.labels().count
      try self.init(
        labelsOf: configuration, readOut: .chosen(orElse: .explained),
        [.linear(LinearLayer(classifier, inputs: width, outputs: labels), .identity)])
      return
    }
    guard masked.contains("dense.weight") else { return nil }
    try self.init(
      vocabulary: vocabulary, readOut: .chosen(orElse: .mask),
      [
        .linear(try LinearLayer(masked["dense"], inputs: width, outputs: width), .geluErf),
        .norm(try NormLayer(masked["layer_norm"], width: width, epsilon: shape.epsilon)),
        .linear(
          LinearLayer(
            weight: try masked.contains("decoder.weight")
              ? masked.parameter("decoder.weight", shape: [vocabulary, width]) : words.table,
            bias: try masked.parameter("bias", or: "decoder.bias", shape: [vocabulary])),
          .identity),
      ])
  }
}
