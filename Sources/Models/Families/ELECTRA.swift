import Autodiff
import Kernels
import Tensors

/// ELECTRA (Clark et al. 2020): BERT's blocks behind embeddings that may be narrower than the
/// stream; classifiers have a hidden layer instead of a pooler.
package struct ELECTRA: StackedNetwork {
  package let card: ModelCard
  package let stack: Stack
  private let embeddings: BERTEmbeddings
  private let projection: LinearLayer?

  package init(_ configuration: Configuration, _ weights: WeightsCursor) throws(AssayError) {
    let shape = try BlockShape(bert: configuration, epsilon: 1e-12)
    let narrow = try configuration.integer("embedding_size", in: 1...65_536, default: 128)
    let layers = try configuration.layers("num_hidden_layers")
    let vocabulary = try configuration.vocabulary()
    let length = try configuration.positions("max_position_embeddings")
    let types = try configuration.integer("type_vocab_size", in: 1...65_536, default: 2)

    let encoder = weights.scoped(ifPresent: "electra")
    embeddings = try BERTEmbeddings(
      encoder["embeddings"], vocabulary: vocabulary, positions: length, types: types, width: narrow,
      epsilon: shape.epsilon)
    projection =
      narrow == shape.width
      ? nil
      : try LinearLayer(encoder["embeddings_project"], inputs: narrow, outputs: shape.width)
    var blocks: [PostNormBlock] = []
    for index in 0..<layers {
      blocks.append(try PostNormBlock(bert: encoder["encoder"]["layer"][index], shape))
    }
    let head = try Self.head(
      configuration, weights, embeddings.words, vocabulary, shape, narrow: narrow)
    stack = Stack(blocks, head)
    card = ModelCard(
      "electra", layers: layers, heads: shape.heads, width: shape.width, embeddingWidth: narrow,
      maximumLength: length, vocabulary: vocabulary, types: types, head, bare: .first)
  }

  private static func head(
    _ configuration: Configuration, _ weights: WeightsCursor, _ words: EmbeddingTable,
    _ vocabulary: Int, _ shape: BlockShape, narrow: Int
  ) throws(AssayError) -> Head? {
    let width = shape.width
    let classifier = weights["classifier"]
    if classifier.contains("out_proj.weight") {
      let labels = try configuration.labels().count
      return try Head(
        labelsOf: configuration, readOut: .first,
        [
          .linear(LinearLayer(classifier["dense"], inputs: width, outputs: width), .geluErf),
          .linear(LinearLayer(classifier["out_proj"], inputs: width, outputs: labels), .identity),
        ])
    }
    if classifier.contains("weight") {
      let labels = try configuration.labels().count
      return try Head(
        labelsOf: configuration, readOut: .chosen(orElse: .explained),
        [.linear(LinearLayer(classifier, inputs: width, outputs: labels), .identity)])
    }
    let generator = weights["generator_predictions"]
    guard generator.contains("dense.weight") else { return nil }
    let decoder = weights["generator_lm_head"]
    return Head(
      vocabulary: vocabulary, readOut: .chosen(orElse: .mask),
      [
        .linear(try LinearLayer(generator["dense"], inputs: width, outputs: narrow), .geluErf),
        .norm(try NormLayer(generator["LayerNorm"], width: narrow, epsilon: shape.epsilon)),
        .linear(
          LinearLayer(
            weight: try decoder.contains("weight")
              ? decoder.parameter("weight", shape: [vocabulary, narrow]) : words.table,
            bias: try decoder.parameter("bias", shape: [vocabulary])), .identity),
      ])
  }

  package var parameters: [Parameter] {
    embeddings.parameters + (projection?.parameters ?? [])
      + stack.parameters(besides: embeddings.words)
  }

  package func embed(_ pass: ForwardPass) throws(AssayError) -> Variable {
    let embedded = try embeddings(pass)
    guard let projection else { return embedded }
    return try projection(embedded, pass)
  }
}
