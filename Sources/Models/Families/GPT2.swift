import Autodiff
import Tensors

/// GPT-2 (Radford et al. 2019): pre-norm causal blocks, learned positions, weights stored
/// `[inputs, outputs]`.
///
/// Classifiers read the last position; the language model predicts the token after the chosen one.
package struct GPT2: StackedNetwork {
  package let card: ModelCard
  package let stack: Stack
  private let words: EmbeddingTable
  private let positions: EmbeddingTable

  package init(_ configuration: Configuration, _ weights: WeightsCursor) throws(AssayError) {
    let shape = try BlockShape(gpt2: configuration)
    let (width, heads) = (shape.width, shape.heads)
    let layers = try configuration.layers("n_layer")
    let vocabulary = try configuration.vocabulary()
    let length = try configuration.positions("n_positions")
    let scales = try configuration.bool("scale_attn_weights", default: true)
    let scalesByLayer = try configuration.bool("scale_attn_by_inverse_layer_idx", default: false)

    let decoder = weights.scoped(ifPresent: "transformer")
    words = try EmbeddingTable(decoder["wte"], count: vocabulary, width: width)
    positions = try EmbeddingTable(decoder["wpe"], count: length, width: width)
    var blocks: [PreNormBlock] = []
    for index in 0..<layers {
      let scale = scales ? 1 / Float(width / heads).squareRoot() : 1
      blocks.append(
        try PreNormBlock(
          gpt2: decoder["h"][index], shape, scale: scalesByLayer ? scale / Float(index + 1) : scale,
          mask: .causal))
    }
    let norm = try NormLayer(decoder["ln_f"], width: width, epsilon: shape.epsilon)
    let head = try Head(
      causal: configuration, weights, words, vocabulary: vocabulary, width: width, tied: true)
    stack = Stack(blocks, norm: norm, head)
    card = ModelCard(
      "gpt2", layers: layers, heads: heads, width: width, maximumLength: length,
      vocabulary: vocabulary, mask: .causal, head, bare: .last)
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
