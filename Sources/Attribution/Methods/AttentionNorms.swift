import Models
import Tensors
import Values

/// The length of the vector that each token's value adds at the read-out.
package struct AttentionNorms: Method {
  package let info = MethodInfo(
    name: "attention_norms",
    summary: "how large a vector each token writes to the read-out position in one layer",
    formula: "e_t = ‖Σ_h α_h,rt W_O^h v_h,t‖₂ at the read-out row r; residual adds x_r to t = r, "
      + "layer_norm applies the linear part of the block's norm",
    source: "Kobayashi et al. 2020; residual and layer_norm: Kobayashi et al. 2021",
    cost: "1 forward pass", tracing: .untracedLayer, signed: false,
    needs: [.mixing, .squarePattern, .residualStream],
    options: [
      .layer,
      OptionSpec(
        "residual", .bool, default: .bool(false), "add the residual stream to a token's own vector"),
      OptionSpec(
        "layer_norm", .bool, default: .bool(false),
        "measure vectors behind the norm that follows attention; post-norm models only"),
    ])

  package func scores(_ question: Question, _ options: Options) throws(AssayError) -> Scores {
    let layer = try question.layer(options.integer("layer"))
    var contributions = try question.contributions(layer)
    contributions.joinsStream = options.bool("residual")
    contributions.normalizes = options.bool("layer_norm")
    if contributions.normalizes, question.model.network.mixing(layer)?.norm == nil {
      throw AssayError(
        .unsupported, "attention_norms: layer_norm",
        expected: "a model whose attention is followed by a norm",
        found: "the \(question.model.card.family) model, which normalizes before attention")
    }
    let row = try contributions.lengths(readBy: question.readOutWeights, question.execution)
    var result = Scores(question.positions.map { Float(row[$0]) }, cost: Cost(forwards: 1))
    result.attention = AttentionRow(row)
    return result
  }

  package func scope(_ question: Question, _ options: Options) -> AttentionScope? {
    guard let layer = try? question.layer(options.integer("layer")) else { return nil }
    return AttentionScope(
      layers: [layer],
      queries: question.model.card.readOut.row(of: question.input).map { [$0] })
  }
}
