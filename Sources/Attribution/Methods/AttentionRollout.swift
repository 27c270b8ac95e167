import Models
import Tensors
import Values

/// Attention multiplied through the layers, each mixed with the residual stream.
package struct AttentionRollout: Method {
  package let info = MethodInfo(
    name: "attention_rollout",
    summary: "how much of each token reaches the read-out when attention is traced to the input",
    formula:
      "R = Ã_L ⋯ Ã_1 with Ã_l = (1 − r) fuse_h A^l + r I, rows renormalised; e = R[read-out]",
    source: "Abnar & Zuidema 2020", cost: "1 forward pass",
    sumsTo: "1 minus the mass on special tokens", tracing: .traced, signed: false,
    needs: [.patterns, .squarePattern, .residualStream],
    options: [
      HeadFusion.spec,
      OptionSpec(
        "residual", .number(0...1), default: .number(0.5),
        "the weight of the residual stream in every layer"),
      .normalization,
    ])

  package func scores(_ question: Question, _ options: Options) throws(AssayError) -> Scores {
    let card = question.model.card
    let fusion = try HeadFusion(options["head_fusion"], heads: card.heads)
    let patterns = try question.patterns(Array(0..<card.layers))
    let residual = options.number("residual")
    let row = try Rollout(patterns, fusion: fusion, residual: residual, question.execution)
      .row(question.readOutWeights)
    var scores = row
    let isNormalized = options.text("normalization") == "receptive_field"
    if isNormalized {
      let uniform = try Rollout(
        uniformOverFieldOf: patterns, residual: residual, question.execution)
      scores = ratios(of: row, to: uniform.row(question.readOutWeights))
    }
    var result = Scores(question.positions.map { Float(scores[$0]) }, cost: Cost(forwards: 1))
    // Ratios are no shares of a mass.
    let kept = (0..<card.layers).reduce(1.0) { kept, _ in kept * residual }
    result.attention =
      isNormalized
      ? nil : AttentionRow(row, residual: kept, readOut: question.readOutWeights)
    result.proof = [.rowsSumToOne(patterns)]
    return result
  }

  package func scope(_ question: Question, _ options: Options) -> AttentionScope? {
    let card = question.model.card
    guard let fusion = try? HeadFusion(options["head_fusion"], heads: card.heads) else {
      return nil
    }
    return AttentionScope(layers: Array(0..<card.layers), heads: fusion.heads)
  }

  /// Shares of one head or the mean; ratios to a receptive field are none.
  package func map(_ question: Question, _ options: Options) -> AttentionMap? {
    guard let scope = scope(question, options), options.text("normalization") == "none",
      (try? HeadFusion(options["head_fusion"], heads: question.model.card.heads))?.isMean == true
    else { return nil }
    let function = RolledRow(residual: options.number("residual"), readOut: question.readOutRow)
    return AttentionMap(question, scope: scope, function)
  }
}
