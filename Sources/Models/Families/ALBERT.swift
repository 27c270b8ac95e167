import Autodiff
import Kernels
import Tensors

/// ALBERT (Lan et al. 2020): groups of BERT's blocks that several layers share, behind narrow
/// embeddings.
package struct ALBERT: StackedNetwork {
  package let card: ModelCard
  package let stack: Stack
  private let embeddings: BERTEmbeddings
  private let projection: LinearLayer

  package init(_ configuration: Configuration, _ weights: WeightsCursor) throws(AssayError) {
    let shape = try BlockShape(bert: configuration, epsilon: 1e-12)
    let narrow = try configuration.integer("embedding_size", in: 1...65_536, default: 128)
    let layers = try configuration.layers("num_hidden_layers")
    let groupCount = try configuration.integer("num_hidden_groups", in: 1...layers, default: 1)
    _ = try configuration.integer("inner_group_num", in: 1...1, default: 1)
    let vocabulary = try configuration.vocabulary()
    let length = try configuration.positions("max_position_embeddings")
    let types = try configuration.integer("type_vocab_size", in: 1...65_536, default: 2)

    let encoder = weights.scoped(ifPresent: "albert")
    embeddings = try BERTEmbeddings(
      encoder["embeddings"], vocabulary: vocabulary, positions: length, types: types, width: narrow,
      epsilon: shape.epsilon)
    projection = try LinearLayer(
      encoder["encoder"]["embedding_hidden_mapping_in"], inputs: narrow, outputs: shape.width)
    var groups: [PostNormBlock] = []
    for index in 0..<groupCount {
      let group = encoder["encoder"]["albert_layer_groups"][index]
      groups.append(try PostNormBlock(albert: group["albert_layers"][0], shape))
    }
    let predictions = weights["predictions"]
    let isMasked = predictions.contains("dense.weight")
    let pooler =
      encoder.contains("pooler.weight") && !isMasked
      ? try LinearLayer(encoder["pooler"], inputs: shape.width, outputs: shape.width) : nil
    let head: Head?
    if isMasked {
      head = try Head(
        maskedALBERT: predictions, embeddings.words, vocabulary: vocabulary, narrow: narrow, shape)
    } else if weights.contains("classifier.weight") {
      // A classifier of tokens reads every state as it is, so it has no pooler.
      head = try Head(
        labelsOf: configuration, readOut: pooler == nil ? .chosen(orElse: .explained) : .first,
        [
          .linear(
            LinearLayer(
              weights["classifier"], inputs: shape.width, outputs: configuration.labels().count),
            .identity)
        ])
    } else {
      head = nil
    }
    stack = Stack(groups, layers: layers, pooler: pooler, head)
    card = ModelCard(
      "albert", layers: layers, heads: shape.heads, width: shape.width, embeddingWidth: narrow,
      maximumLength: length, vocabulary: vocabulary, types: types, head, bare: .first)
  }

  package var parameters: [Parameter] {
    embeddings.parameters + projection.parameters
      + stack.parameters(besides: embeddings.words)
  }

  package func embed(_ pass: ForwardPass) throws(AssayError) -> Variable {
    try projection(embeddings(pass), pass)
  }
}

extension PostNormBlock {
  fileprivate init(albert cursor: WeightsCursor, _ shape: BlockShape) throws(AssayError) {
    let (width, attended) = (shape.width, cursor["attention"])
    try self.init(
      attention: SelfAttention(
        query: LinearLayer(attended["query"], inputs: width, outputs: width),
        key: LinearLayer(attended["key"], inputs: width, outputs: width),
        value: LinearLayer(attended["value"], inputs: width, outputs: width),
        headWidth: width / shape.heads, mask: .none),
      attentionOutput: LinearLayer(attended["dense"], inputs: width, outputs: width),
      attentionNorm: NormLayer(attended["LayerNorm"], width: width, epsilon: shape.epsilon),
      feedForward: FeedForward(
        expand: LinearLayer(cursor["ffn"], inputs: width, outputs: shape.inner),
        contract: LinearLayer(cursor["ffn_output"], inputs: shape.inner, outputs: width),
        activation: shape.activation),
      outputNorm: NormLayer(
        cursor["full_layer_layer_norm"], width: width, epsilon: shape.epsilon))
  }
}

extension Head {
  /// A masked language model's head; the decoder is the word table unless the checkpoint has one.
  fileprivate init(
    maskedALBERT cursor: WeightsCursor, _ words: EmbeddingTable, vocabulary: Int, narrow: Int,
    _ shape: BlockShape
  ) throws(AssayError) {
    self.init(
      vocabulary: vocabulary, readOut: .chosen(orElse: .mask),
      [
        .linear(
          try LinearLayer(cursor["dense"], inputs: shape.width, outputs: narrow), shape.activation),
        .norm(try NormLayer(cursor["LayerNorm"], width: narrow, epsilon: shape.epsilon)),
        .linear(
          LinearLayer(
            weight: try cursor.contains("decoder.weight")
              ? cursor.parameter("decoder.weight", shape: [vocabulary, narrow]) : words.table,
            bias: try cursor.parameter("bias", or: "decoder.bias", shape: [vocabulary])),
          .identity),
      ])
  }
}
