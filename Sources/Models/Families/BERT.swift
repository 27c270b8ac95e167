import Autodiff
import Tensors

/// BERT (Devlin et al. 2019), and under its own name ERNIE (Sun et al. 2019): post-norm encoder blocks, learned positions, CLS read-out.
///
/// Loads classifiers of sequences and of tokens, masked language models and the bare encoder, with or
/// without the `bert.` prefix.
package struct BERT: StackedNetwork {
  package let card: ModelCard
  package let stack: Stack
  private let embeddings: BERTEmbeddings

  /// The family registered as `name`, whose encoder a checkpoint has under it.
  package static func make(
    _ name: String
  ) -> @Sendable (Configuration, WeightsCursor) throws(AssayError) -> any Network {
    { configuration, weights throws(AssayError) in try BERT(name, configuration, weights) }
  }

  init(
    _ name: String, _ configuration: Configuration, _ weights: WeightsCursor
  ) throws(AssayError) {
    let shape = try BlockShape(bert: configuration, epsilon: 1e-12)
    let layers = try configuration.layers("num_hidden_layers")
    let vocabulary = try configuration.vocabulary()
    let length = try configuration.positions("max_position_embeddings")
    let types = try configuration.integer("type_vocab_size", in: 1...65_536, default: 2)
    try configuration.require("position_embedding_type", equals: "absolute")

    let encoder = weights.scoped(ifPresent: name)
    embeddings = try BERTEmbeddings(
      encoder["embeddings"], vocabulary: vocabulary, positions: length, types: types,
      tasks: try Self.tasks(configuration), width: shape.width, epsilon: shape.epsilon)
    var blocks: [PostNormBlock] = []
    for index in 0..<layers {
      blocks.append(try PostNormBlock(bert: encoder["encoder"]["layer"][index], shape))
    }
    let isMasked = weights.contains("cls.predictions.transform.dense.weight")
    let pooler =
      encoder.contains("pooler.dense.weight") && !isMasked
      ? try LinearLayer(encoder["pooler"]["dense"], inputs: shape.width, outputs: shape.width) : nil
    let head: Head?
    if isMasked {
      head = try Head(
        maskedBERT: weights["cls"]["predictions"], embeddings.words, vocabulary: vocabulary, shape)
    } else if weights.contains("classifier.weight") {
      // The weights of a classifier of tokens look like those of a sequence classifier without a
      // pooler; only the configuration tells them apart.
      let architectures = try configuration.strings("architectures", default: [])
      let readsTokens = architectures.contains { $0.hasSuffix("ForTokenClassification") }
      head = try Head(
        labelsOf: configuration, readOut: readsTokens ? .chosen(orElse: .explained) : .first,
        [
          .linear(
            LinearLayer(
              weights["classifier"], inputs: shape.width, outputs: configuration.labels().count),
            .identity)
        ])
    } else {
      head = nil
    }
    stack = Stack(blocks, pooler: pooler, head)
    card = ModelCard(
      name, layers: layers, heads: shape.heads, width: shape.width, maximumLength: length,
      vocabulary: vocabulary, types: types, head, bare: .first)
  }

  /// The rows of a table of tasks, which ERNIE may have.
  private static func tasks(_ configuration: Configuration) throws(AssayError) -> Int {
    guard try configuration.bool("use_task_id", default: false) else { return 0 }
    return try configuration.integer("task_type_vocab_size", in: 1...65_536, default: 3)
  }

  package var parameters: [Parameter] {
    embeddings.parameters + stack.parameters(besides: embeddings.words)
  }

  package func embed(_ pass: ForwardPass) throws(AssayError) -> Variable { try embeddings(pass) }
}

extension Head {
  /// A masked language model's head under BERT's names: dense, activation, norm, and the word table
  /// unless the checkpoint has a decoder of its own.
  init(
    maskedBERT cursor: WeightsCursor, _ words: EmbeddingTable, vocabulary: Int, _ shape: BlockShape
  ) throws(AssayError) {
    let transform = cursor["transform"]
    self.init(
      vocabulary: vocabulary, readOut: .chosen(orElse: .mask),
      [
        .linear(
          try LinearLayer(transform["dense"], inputs: shape.width, outputs: shape.width),
          shape.activation),
        .norm(
          try NormLayer(transform["LayerNorm"], width: shape.width, epsilon: shape.epsilon)),
        .linear(
          LinearLayer(
            weight: try cursor["decoder"].contains("weight")
              ? cursor["decoder"].parameter("weight", shape: [vocabulary, shape.width])
              : words.table,
            bias: try cursor.parameter("bias", or: "decoder.bias", shape: [vocabulary])),
          .identity),
      ])
  }
}
