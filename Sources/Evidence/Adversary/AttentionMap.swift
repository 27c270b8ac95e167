import Attribution
import Models
import Tensors

/// An explanation as a differentiable function of the attention it is made of.
///
/// Attention is given a layer at a time, `[head · query · key]` over the heads and query rows that
/// enter; every row sums to one.
struct AttentionMap: Sendable {
  /// How the map is read from the fused attention.
  enum Reading: Sendable {
    /// One row of the one layer.
    case row
    /// The read-out row multiplied down through all layers, each mixed with `residual` identity.
    case rollout(residual: Double)
  }

  let reading: Reading
  let layers: [Int]
  let heads: [Int]
  let queries: [Int]
  let readOut: Int
  let keys: Int

  /// The function behind an explanation, or nil when it is none that is known here: single rows
  /// and rollouts whose heads are averaged and that are not normalised.
  init?(_ examination: Examination) {
    let options = Dictionary(
      uniqueKeysWithValues: examination.explanation.options.map { ($0.name, $0.value) })
    let fusion = options["head_fusion"] ?? .text("mean")
    if case .text(let name) = fusion, name != "mean" { return nil }
    guard options["normalization", default: .text("none")] == .text("none") else { return nil }
    let (card, scope) = (examination.question.model.card, examination.scope)
    keys = examination.question.input.count
    layers = scope.layers
    heads = scope.heads ?? Array(0..<card.heads)
    readOut = examination.question.readOutRow
    switch (examination.explanation.method, options["residual"], scope.queries) {
    case ("attention", _, let rows?):
      reading = .row
      queries = rows
    case ("attention_rollout", .number(let residual)?, _):
      reading = .rollout(residual: residual)
      queries = Array(0..<keys)
    default: return nil
    }
  }

  var lowest: Int { layers.min() ?? 0 }

  /// How many weights a layer has.
  var width: Int { heads.count * queries.count * keys }

  /// The mean over heads, `[query · key]`.
  private func fused(_ layer: [Double]) -> [Double] {
    let each = queries.count * keys
    return (0..<each).map { index in
      var sum = 0.0
      for head in heads.indices { sum += layer[head * each + index] }
      return sum / Double(heads.count)
    }
  }

  /// One weight a key, and what the pullback needs.
  func callAsFunction(_ attention: [[Double]]) -> (map: [Double], trace: Trace) {
    switch reading {
    case .row: return (fused(attention[0]), Trace(vectors: [], mixed: []))
    case .rollout(let residual):
      let mixed = attention.map { layer -> [Double] in
        var map = fused(layer).map { $0 * (1 - residual) }
        for row in 0..<keys { map[row * keys + row] += residual }
        return map
      }
      var vectors = [[Double]](repeating: [], count: layers.count)
      var vector = [Double](repeating: 0, count: keys)
      vector[readOut] = 1
      for layer in layers.indices.reversed() {
        vectors[layer] = vector
        var next = [Double](repeating: 0, count: keys)
        for (row, weight) in vector.enumerated() where weight != 0 {
          for key in 0..<keys { next[key] += weight * mixed[layer][row * keys + key] }
        }
        vector = next
      }
      return (vector, Trace(vectors: vectors, mixed: mixed))
    }
  }

  struct Trace {
    /// The read-out row's vector as it enters each layer from above.
    let vectors: [[Double]]
    let mixed: [[Double]]
  }

  /// The gradient with respect to every weight, from that with respect to the map.
  ///
  /// In the forward pass v_{l−1} = v_l M_l, so dM_l = v_l ⊗ g and g goes up as M_l g.
  func pullback(_ cotangent: [Double], _ trace: Trace) -> [[Double]] {
    func spread(_ values: [Double], by factor: Double) -> [Double] {
      let scaled = values.map { $0 * factor / Double(heads.count) }
      return heads.flatMap { _ in scaled }
    }
    switch reading {
    case .row: return [spread(cotangent, by: 1)]
    case .rollout(let residual):
      var gradient = cotangent
      return layers.indices.map { layer in
        let (vector, mixed) = (trace.vectors[layer], trace.mixed[layer])
        let outer = vector.flatMap { weight in gradient.map { weight * $0 } }
        gradient = (0..<keys).map { row in
          var sum = 0.0
          for key in 0..<keys { sum += mixed[row * keys + key] * gradient[key] }
          return sum
        }
        return spread(outer, by: 1 - residual)
      }
    }
  }
}
