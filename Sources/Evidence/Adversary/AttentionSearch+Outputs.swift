import Attribution
import Models
import Tensors

extension AttentionSearch {
  /// The change of the prediction under each start's attention, and ∂TVD/∂attention where the
  /// change is above `epsilon`: below it the penalty has no slope.
  func outputs(
    _ attention: [[[Double]]], above epsilon: Double
  ) throws(AssayError) -> (distances: [Double], gradients: [[[Double]]?]) {
    let (question, base) = (examination.question, examination.base)
    let card = question.model.card
    let sites = map.layers.map(Site.pattern)
    var request = Request()
    request.differentiate = Set(sites)
    request.interventions = attention.map(interventions)
    if let below {
      let states = Tensor.concatenated(Array(repeating: below, count: attention.count))
      request.resume = (map.lowest, states)
    }
    let inputs = Array(repeating: question.input, count: attention.count)
    let run = try question.model.run(inputs, request, question.execution)
    let rows = attention.indices.map { run.output.value.slices($0..<$0 + 1).scalars }
    let probabilities = rows.map(card.probabilities)
    let distances = probabilities.map { totalVariation($0, base) }
    let cotangent = Tensor(
      probabilities.flatMap { slope($0, base).map { Float($0) } }, shape: run.output.shape)
    let gradients = try run.gradients(cotangent: cotangent, to: sites)
    let parts = attention.indices.map { start -> [[Double]]? in
      guard distances[start] > epsilon else { return nil }
      return zip(sites, gradients).map { site, gradient in
        entering(run.slice(gradient, like: site, sequence: start))
      }
    }
    return (distances, parts)
  }

  /// Interventions that put one start's attention in place.
  func interventions(_ attention: [[Double]]) -> [Intervention] {
    zip(map.layers, attention).map { layer, weights in
      let rows = Tensor(
        weights.map { Float($0) }, shape: [map.heads.count, map.queries.count, map.keys])
      return Intervention(.replace(rows), layers: [layer], heads: map.heads, queries: map.queries)
    }
  }

  /// The heads and rows of a pattern `[head, query, key]` that enter the map, flat.
  func entering(_ pattern: Tensor) -> [Double] {
    let (rows, keys) = (pattern.shape[1], pattern.shape[2])
    return pattern.withSpan { values in
      var result: [Double] = []
      result.reserveCapacity(map.width)
      for head in map.heads {
        for query in map.queries {
          let start = (head * rows + query) * keys
          for key in 0..<keys { result.append(Double(values[start + key])) }
        }
      }
      return result
    }
  }

  /// ∂TVD(p, q)/∂logits of p: ∂TVD/∂p_j = ½ sign(p_j − q_j), through the softmax
  /// p_j (g_j − Σ p g); one probability alone is a sigmoid, whose distance is |p − q|.
  private func slope(_ p: [Double], _ q: [Double]) -> [Double] {
    func sign(_ index: Int) -> Double { p[index] > q[index] ? 1 : p[index] < q[index] ? -1 : 0 }
    if p.count == 1 { return [sign(0) * p[0] * (1 - p[0])] }
    let change = p.indices.map { sign($0) / 2 }
    let mean = p.indices.reduce(0) { $0 + p[$1] * change[$1] }
    return p.indices.map { p[$0] * (change[$0] - mean) }
  }
}
