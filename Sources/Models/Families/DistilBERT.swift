import Autodiff
import Tensors

/// DistilBERT (Sanh et al. 2019): BERT's blocks without types and without a pooler.
package struct DistilBERT: StackedNetwork {
  package let card: ModelCard
  package let stack: Stack
  private let embeddings: BERTEmbeddings

  package init(_ configuration: Configuration, _ weights: WeightsCursor) throws(AssayError) {
    let (width, heads) = try configuration.widthAndHeads("dim", "n_heads")
    let shape = BlockShape(
      width: width, heads: heads, inner: try configuration.inner("hidden_dim"), epsilon: 1e-12,
      activation: try configuration.activation("activation", default: "gelu"))
    let layers = try configuration.layers("n_layers")
    let vocabulary = try configuration.vocabulary()
    let length = try configuration.positions("max_position_embeddings")

    let encoder = weights.scoped(ifPresent: "distilbert")
    embeddings = try BERTEmbeddings(
      encoder["embeddings"], vocabulary: vocabulary, positions: length, types: 0, width: width,
      epsilon: shape.epsilon)
    var blocks: [PostNormBlock] = []
    for index in 0..<layers {
      blocks.append(
        try PostNormBlock(distilbert: encoder["transformer"]["layer"][index], shape))
    }
    let head = try Self.head(configuration, weights, embeddings.words, vocabulary, shape)
    stack = Stack(blocks, head)
    card = ModelCard(
      "distilbert", layers: layers, heads: heads, width: width, maximumLength: length,
      vocabulary: vocabulary, head, bare: .first)
  }

  private static func head(
    _ configuration: Configuration, _ weights: WeightsCursor, _ words: EmbeddingTable,
    _ vocabulary: Int, _ shape: BlockShape
  ) throws(AssayError) -> Head? {
    let width = shape.width
    if weights.contains("classifier.weight") {
      let labels = try configuration.labels().count
      let classifier = Head.Step.linear(
        try LinearLayer(weights["classifier"], inputs: width, outputs: labels), .identity)
      // A classifier of tokens reads every state as it is.
      guard weights.contains("pre_classifier.weight") else {
        return try Head(
          labelsOf: configuration, readOut: .chosen(orElse: .explained), [classifier])
      }
      let hidden = try LinearLayer(weights["pre_classifier"], inputs: width, outputs: width)
      return try Head(
        labelsOf: configuration, readOut: .first, [.linear(hidden, .relu), classifier])
    }
    guard weights.contains("vocab_transform.weight") else { return nil }
    let projector = weights["vocab_projector"]
    return Head(
      vocabulary: vocabulary, readOut: .chosen(orElse: .mask),
      [
        .linear(
          try LinearLayer(weights["vocab_transform"], inputs: width, outputs: width),
          shape.activation),
        .norm(
          try NormLayer(weights["vocab_layer_norm"], width: width, epsilon: shape.epsilon)),
        .linear(
          LinearLayer(
            weight: try projector.contains("weight")
              ? projector.parameter("weight", shape: [vocabulary, width]) : words.table,
            bias: try projector.parameter("bias", shape: [vocabulary])), .identity),
      ])
  }

  package var parameters: [Parameter] {
    embeddings.parameters + stack.parameters(besides: embeddings.words)
  }

  package func embed(_ pass: ForwardPass) throws(AssayError) -> Variable { try embeddings(pass) }
}

extension PostNormBlock {
  fileprivate init(distilbert cursor: WeightsCursor, _ shape: BlockShape) throws(AssayError) {
    let (width, attended, inner) = (shape.width, cursor["attention"], cursor["ffn"])
    try self.init(
      attention: SelfAttention(
        query: LinearLayer(attended["q_lin"], inputs: width, outputs: width),
        key: LinearLayer(attended["k_lin"], inputs: width, outputs: width),
        value: LinearLayer(attended["v_lin"], inputs: width, outputs: width),
        headWidth: width / shape.heads, mask: .none),
      attentionOutput: LinearLayer(attended["out_lin"], inputs: width, outputs: width),
      attentionNorm: NormLayer(cursor["sa_layer_norm"], width: width, epsilon: shape.epsilon),
      feedForward: FeedForward(
        expand: LinearLayer(inner["lin1"], inputs: width, outputs: shape.inner),
        contract: LinearLayer(inner["lin2"], inputs: shape.inner, outputs: width),
        activation: shape.activation),
      outputNorm: NormLayer(cursor["output_layer_norm"], width: width, epsilon: shape.epsilon))
  }
}
