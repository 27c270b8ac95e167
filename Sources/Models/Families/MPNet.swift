import Autodiff
import Tensors

/// MPNet (Song et al. 2020): BERT's blocks without types, attention with a bias by relative position
/// that all blocks share; positions count from 2, classifiers are RoBERTa's.
package struct MPNet: StackedNetwork {
  package let card: ModelCard
  package let stack: Stack
  private let embeddings: BERTEmbeddings
  private let biases: EmbeddingTable

  package init(_ configuration: Configuration, _ weights: WeightsCursor) throws(AssayError) {
    let shape = try BlockShape(bert: configuration, epsilon: 1e-12)
    let layers = try configuration.layers("num_hidden_layers")
    let vocabulary = try configuration.vocabulary()
    // The first positions stand for padding, whatever its id.
    let first = 2
    let rows = try configuration.positions("max_position_embeddings")
    guard rows > first else {
      throw configuration.failure("max_position_embeddings", expected: "more than \(first)")
    }
    let buckets = try configuration.integer(
      "relative_attention_num_buckets", in: 32...65_536, default: 32)

    let encoder = weights.scoped(ifPresent: "mpnet")
    embeddings = try BERTEmbeddings(
      encoder["embeddings"], vocabulary: vocabulary, positions: rows, firstPosition: first,
      types: 0, width: shape.width, epsilon: shape.epsilon)
    biases = try EmbeddingTable(
      encoder["encoder"]["relative_attention_bias"], count: buckets, width: shape.heads)
    var blocks: [PostNormBlock] = []
    for index in 0..<layers {
      blocks.append(
        try PostNormBlock(mpnet: encoder["encoder"]["layer"][index], shape, biases))
    }
    let head = try Head(
      robertaUnder: configuration, weights, embeddings.words, vocabulary: vocabulary, shape)
    let pooler =
      head == nil && encoder.contains("pooler.dense.weight")
      ? try LinearLayer(encoder["pooler"]["dense"], inputs: shape.width, outputs: shape.width) : nil
    stack = Stack(blocks, pooler: pooler, head)
    card = ModelCard(
      "mpnet", layers: layers, heads: shape.heads, width: shape.width,
      maximumLength: rows - first, vocabulary: vocabulary, head, bare: .first)
  }

  package var parameters: [Parameter] {
    embeddings.parameters + biases.parameters + stack.parameters(besides: embeddings.words)
  }

  package func embed(_ pass: ForwardPass) throws(AssayError) -> Variable { try embeddings(pass) }
}

extension PostNormBlock {
  /// The block stored at `cursor` under MPNet's names; 16 distances a side, up to 128 tokens apart.
  fileprivate init(
    mpnet cursor: WeightsCursor, _ shape: BlockShape, _ biases: EmbeddingTable
  ) throws(AssayError) {
    let (width, attended) = (shape.width, cursor["attention"]["attn"])
    func projection(_ name: String) throws(AssayError) -> LinearLayer {
      try LinearLayer(attended[name], inputs: width, outputs: width)
    }
    try self.init(
      attention: BiasedAttention(
        query: projection("q"), key: projection("k"), value: projection("v"), biases: biases,
        RelativeDistances(eachWay: 16, longest: 128), headWidth: width / shape.heads),
      attentionOutput: projection("o"),
      attentionNorm: NormLayer(
        cursor["attention"]["LayerNorm"], width: width, epsilon: shape.epsilon),
      feedForward: FeedForward(
        expand: LinearLayer(
          cursor["intermediate"]["dense"], inputs: width, outputs: shape.inner),
        contract: LinearLayer(cursor["output"]["dense"], inputs: shape.inner, outputs: width),
        activation: shape.activation),
      outputNorm: NormLayer(cursor["output"]["LayerNorm"], width: width, epsilon: shape.epsilon))
  }
}
