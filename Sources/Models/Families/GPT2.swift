import Autodiff
import Tensors

/// GPT-2 (Radford et al. 2019): pre-norm causal blocks, learned positions, weights stored
/// `[inputs, outputs]`.
///
/// Classifiers read the last position; the language model predicts the token after the chosen one.
package struct GPT2: Network {
  package let card: ModelCard
  private let words: EmbeddingTable
  private let positions: EmbeddingTable
  private let blocks: [Block]
  private let norm: NormLayer
  private let head: Head?

  package let places: [Site.Place] = Site.Place.allCases

  package init(_ configuration: Configuration, _ weights: WeightsCursor) throws(AssayError) {
    let (width, heads) = try configuration.widthAndHeads("n_embd", "n_head")
    let shape = BlockShape(
      width: width, heads: heads, inner: try configuration.inner("n_inner", default: 4 * width),
      epsilon: Float(try configuration.number("layer_norm_epsilon", in: 0...1, default: 1e-5)),
      activation: try configuration.activation("activation_function", default: "gelu_new"))
    let layers = try configuration.layers("n_layer")
    let vocabulary = try configuration.vocabulary()
    let length = try configuration.positions("n_positions")
    let scales = try configuration.bool("scale_attn_weights", default: true)
    let scalesByLayer = try configuration.bool("scale_attn_by_inverse_layer_idx", default: false)

    let decoder = weights.scoped(ifPresent: "transformer")
    words = try EmbeddingTable(decoder["wte"], count: vocabulary, width: width)
    positions = try EmbeddingTable(decoder["wpe"], count: length, width: width)
    var blocks: [Block] = []
    for index in 0..<layers {
      let scale = scales ? 1 / Float(width / heads).squareRoot() : 1
      blocks.append(
        try Block(
          decoder["h"][index], shape, scale: scalesByLayer ? scale / Float(index + 1) : scale))
    }
    self.blocks = blocks
    norm = try NormLayer(decoder["ln_f"], width: width, epsilon: shape.epsilon)
    head = try Head(
      causal: configuration, weights, words, vocabulary: vocabulary, width: width, tied: true)
    card = ModelCard(
      "gpt2", layers: layers, heads: heads, width: width, maximumLength: length,
      vocabulary: vocabulary, mask: .causal, head, bare: .last)
  }

  package var parameters: [Parameter] {
    words.parameters + positions.parameters + blocks.flatMap(\.parameters) + norm.parameters
      + (head?.parameters(besides: words) ?? [])
  }

  package func embed(_ pass: ForwardPass) throws(AssayError) -> Variable {
    let word = try pass.embedding { ids throws(AssayError) in try words(ids, pass) }
    return try pass.dropout(
      pass.tape.apply(Add(), [word, positions(pass.batch.positions, pass)]))
  }

  package func block(
    _ index: Int, _ hidden: Variable, _ pass: ForwardPass
  ) throws(AssayError) -> Variable {
    try blocks[index](hidden, layer: index, pass)
  }

  package func mixing(_ layer: Int) -> Mixing? { blocks[layer].mixing }

  package func final(_ hidden: Variable, _ pass: ForwardPass) throws(AssayError) -> Variable {
    try norm(hidden, pass)
  }

  package func readOut(_ hidden: Variable, _ pass: ForwardPass) throws(AssayError) -> Variable {
    try pass.scores(hidden, head)
  }

  /// Attention, then feed-forward; each branch reads a normalized copy of the stream.
  private struct Block: Sendable {
    private let attentionNorm: NormLayer
    private let projection: FusedProjection
    private let core: AttentionCore
    private let attentionOutput: LinearLayer
    private let feedForwardNorm: NormLayer
    private let feedForward: FeedForward

    init(_ cursor: WeightsCursor, _ shape: BlockShape, scale: Float) throws(AssayError) {
      let (width, attended, inner) = (shape.width, cursor["attn"], cursor["mlp"])
      attentionNorm = try NormLayer(cursor["ln_1"], width: width, epsilon: shape.epsilon)
      projection = FusedProjection(
        try LinearLayer(transposed: attended["c_attn"], inputs: width, outputs: 3 * width),
        heads: shape.heads, headWidth: width / shape.heads, order: .wholes)
      core = AttentionCore(scale: scale, mask: .causal)
      attentionOutput = try LinearLayer(
        transposed: attended["c_proj"], inputs: width, outputs: width)
      feedForwardNorm = try NormLayer(cursor["ln_2"], width: width, epsilon: shape.epsilon)
      feedForward = FeedForward(
        expand: try LinearLayer(transposed: inner["c_fc"], inputs: width, outputs: shape.inner),
        contract: try LinearLayer(
          transposed: inner["c_proj"], inputs: shape.inner, outputs: width),
        activation: shape.activation)
    }

    var parameters: [Parameter] {
      attentionNorm.parameters + projection.parameters + attentionOutput.parameters
        + feedForwardNorm.parameters + feedForward.parameters
    }

    var mixing: Mixing { Mixing(projection: attentionOutput, norm: nil) }

    func callAsFunction(
      _ x: Variable, layer: Int, _ pass: ForwardPass
    ) throws(AssayError) -> Variable {
      let (q, k, v) = try projection(attentionNorm(x, pass), layer: layer, pass)
      let branch = try attentionOutput(core(q, k, v, layer: layer, pass), pass)
      let attended = try pass.joined(x, branch, at: .block(layer, .attentionOutput))
      let forward = try feedForward(feedForwardNorm(attended, pass), layer: layer, pass)
      return try pass.tape.apply(Add(), [attended, forward])
    }
  }
}
