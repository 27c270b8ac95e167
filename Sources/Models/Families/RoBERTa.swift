import Autodiff
import Tensors

/// RoBERTa (Liu et al. 2019), and under their own names XLM-RoBERTa (Conneau et al. 2020), CamemBERT
/// (Martin et al. 2020) and data2vec for text (Baevski et al. 2022): BERT's blocks; positions count from
/// the padding id, and classifiers have a hidden layer instead of a pooler.
package struct RoBERTa: StackedNetwork {
  package let card: ModelCard
  package let stack: Stack
  private let embeddings: BERTEmbeddings

  /// The family registered as `name`, whose encoder a checkpoint has under `prefix`.
  package static func make(
    _ name: String, prefix: String = "roberta"
  ) -> @Sendable (Configuration, WeightsCursor) throws(AssayError) -> any Network {
    { configuration, weights throws(AssayError) in
      try RoBERTa(name, prefix, configuration, weights)
    }
  }

  init(
    _ name: String, _ prefix: String, _ configuration: Configuration, _ weights: WeightsCursor
  ) throws(AssayError) {
    let shape = try BlockShape(bert: configuration, epsilon: 1e-12)
    let layers = try configuration.layers("num_hidden_layers")
    let vocabulary = try configuration.vocabulary()
    let pad = try configuration.integer("pad_token_id", in: 0...65_536, default: 1)
    let rows = try configuration.positions("max_position_embeddings")
    guard rows > pad + 1 else {
      throw configuration.failure(
        "max_position_embeddings", expected: "more than pad_token_id + 1 = \(pad + 1)")
    }
    let types = try configuration.integer("type_vocab_size", in: 1...65_536, default: 1)
    try configuration.require("position_embedding_type", equals: "absolute")

    let encoder = weights.scoped(ifPresent: prefix)
    embeddings = try BERTEmbeddings(
      encoder["embeddings"], vocabulary: vocabulary, positions: rows, firstPosition: pad + 1,
      types: types, width: shape.width, epsilon: shape.epsilon)
    var blocks: [PostNormBlock] = []
    for index in 0..<layers {
      blocks.append(try PostNormBlock(bert: encoder["encoder"]["layer"][index], shape))
    }
    let head = try Head(
      robertaUnder: configuration, weights, embeddings.words, vocabulary: vocabulary, shape)
    let pooler =
      head == nil && encoder.contains("pooler.dense.weight")
      ? try LinearLayer(encoder["pooler"]["dense"], inputs: shape.width, outputs: shape.width) : nil
    stack = Stack(blocks, pooler: pooler, head)
    card = ModelCard(
      name, layers: layers, heads: shape.heads, width: shape.width, maximumLength: rows - pad - 1,
      vocabulary: vocabulary, types: types, head, bare: .first)
  }

  package var parameters: [Parameter] {
    embeddings.parameters + stack.parameters(besides: embeddings.words)
  }

  package func embed(_ pass: ForwardPass) throws(AssayError) -> Variable { try embeddings(pass) }
}
