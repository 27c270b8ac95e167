import Autodiff
import Kernels
import Tensors

/// ModernBERT (Warner et al. 2024): pre-norm blocks, rotary positions, GeGLU; most layers attend to
/// a window, the others to everything.
package struct ModernBERT: StackedNetwork {
  package let card: ModelCard
  package let stack: Stack
  private let words: EmbeddingTable
  private let embeddingNorm: NormLayer

  package init(_ configuration: Configuration, _ weights: WeightsCursor) throws(AssayError) {
    let (width, heads) = try configuration.widthAndHeads("hidden_size", "num_attention_heads")
    let shape = BlockShape(
      width: width, heads: heads, inner: try configuration.inner("intermediate_size"),
      epsilon: Float(try configuration.number("norm_eps", in: 0...1, default: 1e-5)),
      activation: try configuration.activation("hidden_activation", default: "gelu"))
    let biases = try Biases(configuration)
    let layers = try configuration.layers("num_hidden_layers")
    let vocabulary = try configuration.vocabulary()
    let every = try configuration.integer("global_attn_every_n_layers", in: 1...1024, default: 3)
    let window = try configuration.integer("local_attention", in: 1...16_777_216, default: 128)
    let kinds = try configuration.layerKinds(layers) {
      $0.isMultiple(of: every) ? "full_attention" : "sliding_attention"
    }
    let masks = kinds.map {
      $0 == "full_attention" ? AttentionMask.none : .window(reach: window / 2)
    }
    let rotary = [
      "full_attention": try RotaryPositions(
        configuration, layers: "full_attention", headWidth: width / heads,
        theta: ("global_rope_theta", 160_000)),
      "sliding_attention": try RotaryPositions(
        configuration, layers: "sliding_attention", headWidth: width / heads,
        theta: ("local_rope_theta", 10_000)),
    ]

    let encoder = weights.scoped(ifPresent: "model")
    let embeddings = encoder["embeddings"]
    words = try EmbeddingTable(embeddings["tok_embeddings"], count: vocabulary, width: width)
    embeddingNorm = try NormLayer(
      embeddings["norm"], width: width, epsilon: shape.epsilon, offset: biases.norm)
    var blocks: [PreNormBlock] = []
    for (index, kind) in kinds.enumerated() {
      guard let rotary = rotary[kind] else { preconditionFailure("a kind of layer is one of two") }
      blocks.append(
        try PreNormBlock(
          modernBERT: encoder["layers"][index], shape, biases, rotary, masks[index],
          isFirst: index == 0))
    }
    let norm = try NormLayer(
      encoder["final_norm"], width: width, epsilon: shape.epsilon, offset: biases.norm)
    let head = try Self.head(configuration, weights, words, vocabulary, shape, biases)
    stack = Stack(blocks, norm: norm, head)
    card = ModelCard(
      "modernbert", layers: layers, heads: heads, width: width,
      maximumLength: try configuration.positions("max_position_embeddings"),
      vocabulary: vocabulary, masks: masks, head, bare: .first)
  }

  /// A dense layer, activation and norm, then the labels or the vocabulary.
  private static func head(
    _ configuration: Configuration, _ weights: WeightsCursor, _ words: EmbeddingTable,
    _ vocabulary: Int, _ shape: BlockShape, _ biases: Biases
  ) throws(AssayError) -> Head? {
    guard weights.contains("head.dense.weight") else { return nil }
    let hidden = try [
      Head.Step.linear(
        LinearLayer(
          weights["head"]["dense"], inputs: shape.width, outputs: shape.width,
          bias: biases.classifier),
        configuration.activation("classifier_activation", default: "gelu")),
      .norm(
        NormLayer(
          weights["head"]["norm"], width: shape.width, epsilon: shape.epsilon,
          offset: biases.norm)),
    ]
    if weights.contains("classifier.weight") {
      let readsTokens = try configuration.strings("architectures", default: []).contains {
        $0.hasSuffix("ForTokenClassification")
      }
      let pooling = try configuration.string(
        "classifier_pooling", oneOf: ["cls", "mean"], default: "cls")
      let labels = try configuration.labels().count
      return try Head(
        labelsOf: configuration,
        readOut: readsTokens ? .chosen(orElse: .explained) : pooling == "cls" ? .first : .mean,
        hidden + [
          .linear(
            LinearLayer(weights["classifier"], inputs: shape.width, outputs: labels), .identity)
        ])
    }
    let decoder = weights["decoder"]
    return Head(
      vocabulary: vocabulary, readOut: .chosen(orElse: .mask),
      hidden + [
        .linear(
          LinearLayer(
            weight: try decoder.contains("weight")
              ? decoder.parameter("weight", shape: [vocabulary, shape.width]) : words.table,
            bias: try biases.decoder ? decoder.parameter("bias", shape: [vocabulary]) : nil),
          .identity)
      ])
  }

  package var parameters: [Parameter] {
    words.parameters + embeddingNorm.parameters + stack.parameters(besides: words)
  }

  package func embed(_ pass: ForwardPass) throws(AssayError) -> Variable {
    let word = try pass.embedding { ids throws(AssayError) in try words(ids, pass) }
    return try pass.dropout(embeddingNorm(word, pass))
  }
}

extension ModernBERT {
  /// Which layers have biases.
  fileprivate struct Biases {
    let norm: Bool
    let attention: Bool
    let inner: Bool
    let classifier: Bool
    let decoder: Bool

    init(_ configuration: Configuration) throws(AssayError) {
      norm = try configuration.bool("norm_bias", default: false)
      attention = try configuration.bool("attention_bias", default: false)
      inner = try configuration.bool("mlp_bias", default: false)
      classifier = try configuration.bool("classifier_bias", default: false)
      decoder = try configuration.bool("decoder_bias", default: true)
    }
  }
}

extension PreNormBlock {
  /// The block stored at `cursor` under ModernBERT's names; the first attention reads the embeddings
  /// as they are.
  fileprivate init(
    modernBERT cursor: WeightsCursor, _ shape: BlockShape, _ biases: ModernBERT.Biases,
    _ rotary: RotaryPositions, _ mask: AttentionMask, isFirst: Bool
  ) throws(AssayError) {
    let (width, attended, inner) = (shape.width, cursor["attn"], cursor["mlp"])
    func norm(_ name: String) throws(AssayError) -> NormLayer {
      try NormLayer(cursor[name], width: width, epsilon: shape.epsilon, offset: biases.norm)
    }
    let projection = FusedProjection(
      try LinearLayer(attended["Wqkv"], inputs: width, outputs: 3 * width, bias: biases.attention),
      heads: shape.heads, headWidth: width / shape.heads, order: .wholes)
    try self.init(
      attentionNorm: isFirst ? nil : norm("attn_norm"),
      attention: FusedAttention(
        projection, rotary, AttentionCore(headWidth: width / shape.heads, mask: mask)),
      attentionOutput: LinearLayer(
        attended["Wo"], inputs: width, outputs: width, bias: biases.attention),
      feedForwardNorm: norm("mlp_norm"),
      feedForward: FusedGatedFeedForward(
        expand: LinearLayer(
          inner["Wi"], inputs: width, outputs: 2 * shape.inner, bias: biases.inner),
        contract: LinearLayer(
          inner["Wo"], inputs: shape.inner, outputs: width, bias: biases.inner),
        inner: shape.inner, activation: shape.activation))
  }
}
