import Autodiff
import Tensors

/// Vision transformer (Dosovitskiy et al. 2021): pre-norm blocks over the patches of a picture,
/// learned positions, class-token read-out.
///
/// Loads image classifiers and the bare encoder, under the names of a saved checkpoint and under
/// those of a live module.
package struct ViT: StackedNetwork {
  package let card: ModelCard
  package let stack: Stack
  private let embeddings: PatchEmbeddings

  package init(_ configuration: Configuration, _ weights: WeightsCursor) throws(AssayError) {
    let shape = try BlockShape(bert: configuration, epsilon: 1e-12)
    let layers = try configuration.layers("num_hidden_layers")
    let grid = try configuration.patchGrid()
    let isBiased = try configuration.bool("qkv_bias", default: true)

    let encoder = weights.scoped(ifPresent: "vit")
    embeddings = try PatchEmbeddings(encoder["embeddings"], grid, width: shape.width)
    var blocks: [PreNormBlock] = []
    for index in 0..<layers {
      blocks.append(
        encoder.contains("layers.0.layernorm_before.weight")
          ? try PreNormBlock(liveViT: encoder["layers"][index], shape, bias: isBiased)
          : try PreNormBlock(savedViT: encoder["encoder"]["layer"][index], shape, bias: isBiased))
    }
    let norm = try NormLayer(encoder["layernorm"], width: shape.width, epsilon: shape.epsilon)
    let isClassifier = weights.contains("classifier.weight")
    let pooler =
      encoder.contains("pooler.dense.weight") && !isClassifier
      ? try LinearLayer(encoder["pooler"]["dense"], inputs: shape.width, outputs: shape.width) : nil
    if pooler != nil { try configuration.require("pooler_act", equals: "tanh") }
    let head =
      isClassifier
      ? try Head(
        labelsOf: configuration, readOut: .first,
        [
          .linear(
            LinearLayer(
              weights["classifier"], inputs: shape.width, outputs: configuration.labels().count),
            .identity)
        ]) : nil
    let common: Capabilities = [.squarePattern, .residualStream]
    stack = Stack(blocks, norm: norm, pooler: pooler, head)
    card = ModelCard(
      family: "vit", labels: head?.labels ?? [], problem: head?.problem ?? .singleLabel,
      layers: layers, heads: shape.heads, width: shape.width, maximumLength: nil,
      vocabularySize: nil, typeCount: 0, grid: grid,
      capabilities: head == nil ? common : common.union(.classifier), mask: .none, readOut: .first)
  }

  package var parameters: [Parameter] {
    embeddings.parameters + stack.parameters()
  }

  package func embed(_ pass: ForwardPass) throws(AssayError) -> Variable { try embeddings(pass) }
}

extension PreNormBlock {
  /// The block stored at `cursor` as a checkpoint on disk has it.
  fileprivate init(
    savedViT cursor: WeightsCursor, _ shape: BlockShape, bias: Bool
  ) throws(AssayError) {
    let attended = cursor["attention"]["attention"]
    try self.init(
      vit: cursor, shape, bias: bias, query: attended["query"], key: attended["key"],
      value: attended["value"], output: cursor["attention"]["output"]["dense"],
      expand: cursor["intermediate"]["dense"], contract: cursor["output"]["dense"])
  }

  /// The block stored at `cursor` as a module in memory has it.
  fileprivate init(
    liveViT cursor: WeightsCursor, _ shape: BlockShape, bias: Bool
  ) throws(AssayError) {
    let (attended, inner) = (cursor["attention"], cursor["mlp"])
    try self.init(
      vit: cursor, shape, bias: bias, query: attended["q_proj"], key: attended["k_proj"],
      value: attended["v_proj"], output: attended["o_proj"], expand: inner["fc1"],
      contract: inner["fc2"])
  }

  private init(
    vit cursor: WeightsCursor, _ shape: BlockShape, bias: Bool, query: WeightsCursor,
    key: WeightsCursor, value: WeightsCursor, output: WeightsCursor, expand: WeightsCursor,
    contract: WeightsCursor
  ) throws(AssayError) {
    let (width, inner) = (shape.width, shape.inner)
    let attention = try SelfAttention(
      query: LinearLayer(query, inputs: width, outputs: width, bias: bias),
      key: LinearLayer(key, inputs: width, outputs: width, bias: bias),
      value: LinearLayer(value, inputs: width, outputs: width, bias: bias),
      headWidth: width / shape.heads, mask: .none)
    try self.init(
      attentionNorm: NormLayer(cursor["layernorm_before"], width: width, epsilon: shape.epsilon),
      attention: attention,
      attentionOutput: LinearLayer(output, inputs: width, outputs: width),
      feedForwardNorm: NormLayer(cursor["layernorm_after"], width: width, epsilon: shape.epsilon),
      feedForward: FeedForward(
        expand: LinearLayer(expand, inputs: width, outputs: inner),
        contract: LinearLayer(contract, inputs: inner, outputs: width),
        activation: shape.activation))
  }
}

extension Configuration {
  /// How pictures are cut, by `image_size`, `patch_size` and `num_channels`.
  fileprivate func patchGrid() throws(AssayError) -> PatchGrid {
    let size = try integer("image_size", in: 1...16_384, default: 224)
    let side = try integer("patch_size", in: 1...size, default: 16)
    let channels = try integer("num_channels", in: 1...1024, default: 3)
    return PatchGrid(channels: channels, height: size, width: size, side: side)
  }
}
