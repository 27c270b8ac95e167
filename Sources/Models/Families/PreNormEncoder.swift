import Autodiff
import Tensors

/// A classifier of GPT-2's blocks without a causal mask that reads its first position: the network
/// in which Abnar & Zuidema 2020 traced attention.
///
/// Configuration and weights go by GPT-2's names, the head is `score` with a bias.
package struct PreNormEncoder: StackedNetwork {
  package let card: ModelCard
  package let stack: Stack
  private let words: EmbeddingTable
  private let positions: EmbeddingTable

  package init(_ configuration: Configuration, _ weights: WeightsCursor) throws(AssayError) {
    let shape = try BlockShape(gpt2: configuration)
    let layers = try configuration.layers("n_layer")
    let vocabulary = try configuration.vocabulary()
    let length = try configuration.positions("n_positions")
    let scale = 1 / Float(shape.width / shape.heads).squareRoot()

    let encoder = weights["transformer"]
    words = try EmbeddingTable(encoder["wte"], count: vocabulary, width: shape.width)
    positions = try EmbeddingTable(encoder["wpe"], count: length, width: shape.width)
    var blocks: [PreNormBlock] = []
    for index in 0..<layers {
      blocks.append(try PreNormBlock(gpt2: encoder["h"][index], shape, scale: scale, mask: .none))
    }
    let norm = try NormLayer(encoder["ln_f"], width: shape.width, epsilon: shape.epsilon)
    let labels = try configuration.labels().count
    let head = try Head(
      labelsOf: configuration, readOut: .first,
      [.linear(LinearLayer(weights["score"], inputs: shape.width, outputs: labels), .identity)])
    stack = Stack(blocks, norm: norm, head)
    card = ModelCard(
      "pre_norm_encoder", layers: layers, heads: shape.heads, width: shape.width,
      maximumLength: length, vocabulary: vocabulary, head, bare: .first)
  }

  package var parameters: [Parameter] {
    words.parameters + positions.parameters + stack.parameters(besides: words)
  }

  package func embed(_ pass: ForwardPass) throws(AssayError) -> Variable {
    let word = try pass.embedding { ids throws(AssayError) in try words(ids, pass) }
    return try pass.dropout(
      pass.tape.apply(Add(), [word, positions(pass.batch.positions, pass)]))
  }
}
