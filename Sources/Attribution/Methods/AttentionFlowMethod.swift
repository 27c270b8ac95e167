import Models
import Tensors
import Values

/// The maximum flow from the read-out to each token through the layers' attention.
///
/// With dense attention the flow reaches its bound min(1, column sum of Ã_1) by about six layers:
/// deep flow stops depending on the read-out and ties. The saturated share among the details says
/// where that happened.
package struct AttentionFlowMethod: Method {
  package let info = MethodInfo(
    name: "attention_flow",
    summary: "how much of each token could reach the read-out at once, attention taken as pipes",
    formula: "e_t = maximum flow from (L, read-out) to (0, t), capacities Ã_l = (1 − r) fuse_h A^l "
      + "+ r I, rows renormalised; detail saturated: 1 where e_t = min(1, Σ_q Ã_1[q, t])",
    source: "Abnar & Zuidema 2020", cost: "1 forward pass and one maximum flow a token",
    tracing: .traced, signed: false, needs: [.patterns, .squarePattern, .residualStream],
    options: [
      HeadFusion.spec,
      OptionSpec(
        "residual", .number(0...1), default: .number(0.5),
        "the weight of the residual stream in every layer"),
      .normalization,
    ])

  package func scores(_ question: Question, _ options: Options) throws(AssayError) -> Scores {
    let (card, count) = (question.model.card, question.input.count)
    let fusion = try HeadFusion(options["head_fusion"], heads: card.heads)
    let patterns = try question.patterns(Array(0..<card.layers))
    let residual = options.number("residual")
    let execution = question.execution
    let mixed = try Rollout(patterns, fusion: fusion, residual: residual, execution).mixed
    let flow = try flow(through: mixed, question)
    var scores = flow
    let isNormalized = options.text("normalization") == "receptive_field"
    if isNormalized {
      let uniform = try Rollout(uniformOverFieldOf: patterns, residual: residual, execution).mixed
      scores = ratios(of: flow, to: try self.flow(through: uniform, question))
    }
    let bounds = (0..<count).map { sink in
      min(1, (0..<count).reduce(0.0) { $0 + mixed[0][$1 * count + sink] })
    }
    var result = Scores(question.positions.map { Float(scores[$0]) }, cost: Cost(forwards: 1))
    result.attention =
      isNormalized
      ? nil : AttentionRow(flow, residual: residual, readOut: question.readOutWeights)
    result.details = [
      ("saturated", question.positions.map { flow[$0] >= bounds[$0] - 1e-5 ? 1 : 0 })
    ]
    let excess = zip(flow, bounds).reduce(0.0) { max($0, $1.0 - $1.1) }
    result.proof = [
      .rowsSumToOne(patterns), Proof("flow within its bound", value: excess, tolerance: 1e-5),
    ]
    return result
  }

  /// The flow from the read-out rows, by their weights, to every position.
  private func flow(
    through mixed: [[Double]], _ question: Question
  ) throws(AssayError) -> [Double] {
    let (count, weights) = (question.input.count, question.readOutWeights)
    let sources = weights.indices.filter { weights[$0] > 0 }
    let flows = try AttentionFlow.maximumFlows(
      layers: mixed, count: count, sources: sources, execution: question.execution)
    var flow = [Double](repeating: 0, count: count)
    for (rank, source) in sources.enumerated() {
      for sink in flow.indices { flow[sink] += weights[source] * flows[rank * count + sink] }
    }
    return flow
  }

  package func scope(_ question: Question, _ options: Options) -> AttentionScope? {
    guard let fusion = try? HeadFusion(options["head_fusion"], heads: question.model.card.heads)
    else { return nil }
    return AttentionScope(layers: Array(0..<question.model.card.layers), heads: fusion.heads)
  }
}
