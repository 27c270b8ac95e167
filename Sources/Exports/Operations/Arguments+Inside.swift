import Models
import Tensors
import Values

extension Argument {
  /// What is known of the `inside` of a model that is run outside, and the memory of one run:
  /// `{"family", "width", "embedding_width", "score_count", "max_positions", "types", "states": bool,
  /// "masks": [{"kind": "none" | "causal" | "window" | "causal_window" | "encoder" |
  /// "decoder" | "cross", "reach": n}], "memory_budget"}`.
  /// - Throws: `option` for other members, and for a number of masks that is not that of layers.
  func card(
    _ labels: [String], _ problem: ProblemType, layers: Int, heads: Int, _ vocabulary: Int?,
    _ readOut: Row
  ) throws(AssayError) -> (card: ModelCard, budget: Int) {
    let anything = 1...Int(Int32.max)
    var fields = try fields()
    let family = try fields.required("family").string()
    let width = try fields.required("width").integer(in: anything)
    let embeddingWidth = try fields.optional("embedding_width")?.integer(in: anything)
    let scores = try fields.required("score_count").integer(in: 0...Int(Int32.max))
    let limit = try fields.optional("max_positions")?.integer(in: anything)
    let types = try fields.optional("types")?.integer(in: 0...Int(Int32.max)) ?? 0
    let hasStates = try fields.optional("states")?.boolean() ?? false
    let masks = try fields.required("masks").list { one throws(AssayError) in try one.mask() }
    let budget = try fields.required("memory_budget").integer(in: 1...Int.max)
    try fields.finish()
    guard layers > 0, heads > 0, masks.count == layers else {
      throw AssayError(
        .option, "\(path).masks", expected: "one for each of \(layers) layers with heads",
        found: "\(masks.count)")
    }
    guard labels.isEmpty || labels.count == scores else {
      throw AssayError(
        .option, "labels", expected: "one for each of \(scores) scores", found: "\(labels.count)")
    }
    var all: Capabilities = [
      .tokens, .squarePattern, .residualStream, .patterns, .edits, .patternGradients, .embeddings,
      .inputGradient,
    ]
    if scores > 0 { all.insert(.classifier) }
    if hasStates { all.insert(.states) }
    let card = ModelCard(
      outside: family, labels: labels, scoreCount: scores, problem: problem, layers: layers,
      heads: heads, width: width, embeddingWidth: embeddingWidth, maximumLength: limit,
      vocabularySize: vocabulary, typeCount: types, all: all, masks: masks,
      readOut: readOut.readOut)
    return (card, budget)
  }

  private func mask() throws(AssayError) -> AttentionMask {
    var fields = try fields()
    let kind = try fields.required("kind").choice(MaskKind.self)
    let reach = try fields.optional("reach")?.integer(in: 0...Int(Int32.max)) ?? 0
    try fields.finish()
    switch kind {
    case .none: return .none
    case .causal: return .causal
    case .window: return .window(reach: reach)
    case .causalWindow: return .causalWindow(reach: reach)
    case .encoder: return .joint(.encoder, sources: 0)
    case .decoder: return .joint(.decoder, sources: 0)
    case .cross: return .joint(.cross, sources: 0)
    }
  }
}

private enum MaskKind: String, CaseIterable {
  case none, causal, window
  case causalWindow = "causal_window"
  case encoder, decoder, cross
}
