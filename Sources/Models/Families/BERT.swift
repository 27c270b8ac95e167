import Autodiff
import Kernels
import Tensors

/// BERT (Devlin et al. 2019): post-norm encoder blocks, learned positions, CLS read-out.
///
/// Loads `BertForSequenceClassification` and the bare encoder, with or without the `bert.` prefix.
package struct BERT: Network {
  package let card: ModelCard
  private let words: EmbeddingTable
  private let positions: EmbeddingTable
  private let types: EmbeddingTable
  private let embeddingNorm: NormLayer
  private let blocks: [Block]
  private let pooler: LinearLayer?
  private let classifier: LinearLayer?

  package let places: [Site.Place] = Site.Place.allCases

  package init(_ configuration: Configuration, _ weights: WeightsCursor) throws(AssayError) {
    let width = try configuration.integer("hidden_size", in: 1...65_536)
    let heads = try configuration.integer("num_attention_heads", in: 1...1024)
    try configuration.require(
      "hidden_size", width, divisibleBy: heads, because: "every attention head has the same width")
    let inner = try configuration.integer("intermediate_size", in: 1...262_144)
    let layers = try configuration.integer("num_hidden_layers", in: 1...1024)
    let vocabulary = try configuration.integer("vocab_size", in: 1...16_777_216)
    let length = try configuration.integer("max_position_embeddings", in: 1...16_777_216)
    let typeCount = try configuration.integer("type_vocab_size", in: 1...65_536, default: 2)
    let epsilon = Float(
      try configuration.number("layer_norm_eps", in: 0...1, default: 1e-12))
    let activation = try configuration.activation("hidden_act", default: "gelu")
    try configuration.require("position_embedding_type", equals: "absolute")

    let encoder = weights.scoped(ifPresent: "bert")
    let embeddings = encoder["embeddings"]
    words = try EmbeddingTable(embeddings["word_embeddings"], count: vocabulary, width: width)
    positions = try EmbeddingTable(embeddings["position_embeddings"], count: length, width: width)
    types = try EmbeddingTable(embeddings["token_type_embeddings"], count: typeCount, width: width)
    embeddingNorm = try NormLayer(embeddings["LayerNorm"], width: width, epsilon: epsilon)
    var blocks: [Block] = []
    for index in 0..<layers {
      blocks.append(
        try Block(
          encoder["encoder"]["layer"][index], width: width, heads: heads, inner: inner,
          epsilon: epsilon, activation: activation))
    }
    self.blocks = blocks
    let hasHead = weights.contains("classifier.weight")
    let labels = hasHead ? try configuration.labels() : []
    pooler =
      encoder.contains("pooler.dense.weight")
      ? try LinearLayer(encoder["pooler"]["dense"], inputs: width, outputs: width) : nil
    classifier =
      hasHead ? try LinearLayer(weights["classifier"], inputs: width, outputs: labels.count) : nil
    card = ModelCard(
      family: "bert", labels: labels,
      problem: try configuration.problemType(labelCount: labels.count),
      layers: layers, heads: heads, width: width, maximumLength: length,
      vocabularySize: vocabulary, typeCount: typeCount,
      capabilities: hasHead
        ? [.squarePattern, .residualStream, .tokens, .classifier]
        : [.squarePattern, .residualStream, .tokens],
      mask: .none, readOut: .first)
  }

  package var parameters: [Parameter] {
    words.parameters + positions.parameters + types.parameters + embeddingNorm.parameters
      + blocks.flatMap(\.parameters) + (pooler?.parameters ?? []) + (classifier?.parameters ?? [])
  }

  package func embed(_ pass: ForwardPass) throws(AssayError) -> Variable {
    let word = try pass.embedding { ids throws(AssayError) in try words(ids, pass) }
    let typed = try pass.tape.apply(Add(), [word, types(pass.batch.types, pass)])
    return try pass.dropout(
      embeddingNorm(typed, adding: positions(pass.batch.positions, pass), pass))
  }

  package func block(
    _ index: Int, _ hidden: Variable, _ pass: ForwardPass
  ) throws(AssayError) -> Variable {
    try blocks[index](hidden, layer: index, pass)
  }

  package func mixing(_ layer: Int) -> Mixing? { blocks[layer].mixing }

  package func readOut(_ hidden: Variable, _ pass: ForwardPass) throws(AssayError) -> Variable {
    let first = Array(pass.batch.layout.offsets.dropLast())
    var pooled = try pass.tape.apply(Gather(first), [hidden])
    if let pooler { pooled = try pooler(pooled, activation: .tanh, pass) }
    pooled = try pass.dropout(pass.site(.pooled, pooled))
    guard let classifier else { return pooled }
    return try pass.site(.logits, classifier(pooled, pass))
  }

  /// Attention, then feed-forward; each branch joins the stream before its norm.
  private struct Block: Sendable {
    private let attention: SelfAttention
    private let attentionOutput: LinearLayer
    private let attentionNorm: NormLayer
    private let expand: LinearLayer
    private let contract: LinearLayer
    private let outputNorm: NormLayer
    private let activation: Activation

    init(
      _ cursor: WeightsCursor, width: Int, heads: Int, inner: Int, epsilon: Float,
      activation: Activation
    ) throws(AssayError) {
      let attended = cursor["attention"]["self"]
      attention = try SelfAttention(
        query: LinearLayer(attended["query"], inputs: width, outputs: width),
        key: LinearLayer(attended["key"], inputs: width, outputs: width),
        value: LinearLayer(attended["value"], inputs: width, outputs: width),
        headWidth: width / heads, mask: .none)
      let output = cursor["attention"]["output"]
      attentionOutput = try LinearLayer(output["dense"], inputs: width, outputs: width)
      attentionNorm = try NormLayer(output["LayerNorm"], width: width, epsilon: epsilon)
      expand = try LinearLayer(cursor["intermediate"]["dense"], inputs: width, outputs: inner)
      contract = try LinearLayer(cursor["output"]["dense"], inputs: inner, outputs: width)
      outputNorm = try NormLayer(cursor["output"]["LayerNorm"], width: width, epsilon: epsilon)
      self.activation = activation
    }

    var parameters: [Parameter] {
      attention.parameters + attentionOutput.parameters + attentionNorm.parameters
        + expand.parameters + contract.parameters + outputNorm.parameters
    }

    var mixing: Mixing { Mixing(projection: attentionOutput, norm: attentionNorm) }

    func callAsFunction(
      _ x: Variable, layer: Int, _ pass: ForwardPass
    ) throws(AssayError) -> Variable {
      let mixed = try attention(x, layer: layer, pass)
      let branch = try pass.dropout(
        pass.site(.block(layer, .attentionOutput), attentionOutput(mixed, pass)))
      let attended = try attentionNorm(branch, adding: x, pass)
      let inner = try expand(attended, activation: activation, pass)
      let forward = try pass.dropout(
        pass.site(.block(layer, .feedForwardOutput), contract(inner, pass)))
      return try outputNorm(forward, adding: attended, pass)
    }
  }
}
