import Autodiff
import Kernels
import Tensors

/// DeBERTa v2 and v3 (He et al. 2021, 2023): BERT's blocks with disentangled attention, in which
/// relative positions take the place of absolute ones.
package struct DeBERTaV2: StackedNetwork {
  package let card: ModelCard
  package let stack: Stack
  private let embeddings: BERTEmbeddings
  private let positions: RelativePositions
  /// Scores of contents, of both kinds of positions, and their sum.
  package let patternsAtOnce = 4.0

  package init(_ configuration: Configuration, _ weights: WeightsCursor) throws(AssayError) {
    let shape = try BlockShape(bert: configuration, epsilon: 1e-7)
    let layers = try configuration.layers("num_hidden_layers")
    let vocabulary = try configuration.vocabulary()
    let length = try configuration.positions("max_position_embeddings")
    let types = try configuration.integer("type_vocab_size", in: 0...65_536, default: 0)
    let isAbsolute = try configuration.bool("position_biased_input", default: true)
    _ = try configuration.integer("conv_kernel_size", in: 0...0, default: 0)
    _ = try configuration.integer(
      "embedding_size", in: shape.width...shape.width, default: shape.width)
    guard try configuration.bool("relative_attention", default: false) else {
      throw configuration.failure("relative_attention", expected: "true")
    }

    let encoder = weights.scoped(ifPresent: "deberta")
    embeddings = try BERTEmbeddings(
      encoder["embeddings"], vocabulary: vocabulary, positions: isAbsolute ? length : 0,
      types: types, width: shape.width, epsilon: shape.epsilon)
    positions = try RelativePositions(configuration, encoder["encoder"], shape, length: length)
    let shares = try configuration.bool("share_att_key", default: false)
    var blocks: [PostNormBlock] = []
    for index in 0..<layers {
      let cursor = encoder["encoder"]["layer"][index]
      let attention = try DisentangledAttention(
        cursor["attention"]["self"], width: shape.width, heads: shape.heads, positions,
        sharesProjections: shares)
      blocks.append(try PostNormBlock(bert: cursor, shape, attention: attention))
    }
    let head = try Self.head(configuration, weights, embeddings.words, vocabulary, shape)
    stack = Stack(blocks, head)
    card = ModelCard(
      "deberta-v2", layers: layers, heads: shape.heads, width: shape.width, maximumLength: length,
      vocabulary: vocabulary, types: types, head, bare: .first)
  }

  private static func head(
    _ configuration: Configuration, _ weights: WeightsCursor, _ words: EmbeddingTable,
    _ vocabulary: Int, _ shape: BlockShape
  ) throws(AssayError) -> Head? {
    if weights.contains("cls.predictions.transform.dense.weight") {
      return try Head(
        maskedBERT: weights["cls"]["predictions"], words, vocabulary: vocabulary, shape)
    }
    guard weights.contains("classifier.weight") else { return nil }
    let labels = try configuration.labels().count
    let classifier = Head.Step.linear(
      try LinearLayer(weights["classifier"], inputs: shape.width, outputs: labels), .identity)
    // A classifier of tokens reads every state as it is.
    guard weights.contains("pooler.dense.weight") else {
      return try Head(
        labelsOf: configuration, readOut: .chosen(orElse: .explained), [classifier])
    }
    let pooler = try LinearLayer(
      weights["pooler"]["dense"], inputs: shape.width, outputs: shape.width)
    let activation = try configuration.activation("pooler_hidden_act", default: "gelu")
    return try Head(
      labelsOf: configuration, readOut: .first, [.linear(pooler, activation), classifier])
  }

  package var parameters: [Parameter] {
    embeddings.parameters + positions.parameters
      + stack.parameters(besides: embeddings.words)
  }

  package func embed(_ pass: ForwardPass) throws(AssayError) -> Variable { try embeddings(pass) }
}

extension RelativePositions {
  /// The table stored at `cursor`, the encoder's scope.
  fileprivate init(
    _ configuration: Configuration, _ cursor: WeightsCursor, _ shape: BlockShape, length: Int
  ) throws(AssayError) {
    let limit = 16_777_216
    let stated = try configuration.integer("max_relative_positions", in: -1...limit, default: -1)
    let longest = stated < 1 ? length : stated
    let buckets = try configuration.integer("position_buckets", in: -1...limit, default: -1)
    guard buckets < 1 || (buckets > 3 && longest - 1 > buckets / 2) else {
      throw configuration.failure(
        "position_buckets", expected: "4 to \(2 * longest - 3), fewer than twice the positions")
    }
    let distances = RelativeDistances(buckets: buckets < 1 ? nil : buckets, longest: longest)
    let normalizes = try configuration.string("norm_rel_ebd", default: "none")
      .contains("layer_norm")
    var terms: DisentangledScores.Terms = []
    for term in try Self.terms(configuration) {
      switch term {
      case "c2p": terms.insert(.contentToPosition)
      case "p2c": terms.insert(.positionToContent)
      default:
        throw configuration.failure("pos_att_type", expected: "c2p and p2c", found: term)
      }
    }
    self.init(
      try EmbeddingTable(cursor["rel_embeddings"], count: distances.rows, width: shape.width),
      normalizes
        ? try NormLayer(cursor["LayerNorm"], width: shape.width, epsilon: shape.epsilon) : nil,
      distances, terms: terms)
  }

  /// `pos_att_type` as a list, or as one string with bars.
  private static func terms(_ configuration: Configuration) throws(AssayError) -> [String] {
    if let text = configuration.object["pos_att_type"]?.textValue {
      return text.lowercased().split(separator: "|").map { $0.filter { $0 != " " } }
    }
    return try configuration.strings("pos_att_type", default: [])
  }
}
