import Tensors

extension Head {
  /// The head of a causal model, as its tensors tell it: `score` reads the last position (or, with a
  /// bias, every position), `classifier` every position, a decoder predicts the next token.
  ///
  /// - Parameters:
  ///   - weights: the checkpoint's root.
  ///   - decoder: the name of the decoder when it is not tied to the word table.
  ///   - tied: whether the decoder is the word table when the configuration does not say.
  /// - Returns: nil for a bare model.
  package init?(
    causal configuration: Configuration, _ weights: WeightsCursor, _ words: EmbeddingTable,
    vocabulary: Int, width: Int, decoder: String = "lm_head", tied: Bool
  ) throws(AssayError) {
    for name in ["score", "classifier"] where weights.contains("\(name).weight") {
      let readsEvery = weights.contains("\(name).bias")
      try self.init(
        labelsOf: configuration, readOut: readsEvery ? .chosen(orElse: .explained) : .last,
        [
          .linear(
            LinearLayer(
              weights[name], inputs: width, outputs: configuration.labels().count,
              bias: readsEvery),
            .identity)
        ])
      return
    }
    let isLanguageModel = try configuration.strings("architectures", default: []).contains {
      $0.hasSuffix("ForCausalLM") || $0.hasSuffix("LMHeadModel")
    }
    let hasDecoder = weights.contains("\(decoder).weight")
    guard isLanguageModel || hasDecoder else { return nil }
    let mayTie = try configuration.bool("tie_word_embeddings", default: tied)
    self.init(
      vocabulary: vocabulary, readOut: .chosen(orElse: .last),
      [
        .linear(
          LinearLayer(
            weight: mayTie && !hasDecoder
              ? words.table
              : try weights[decoder].parameter("weight", shape: [vocabulary, width]),
            bias: nil),
          .identity)
      ])
  }
}
