import Models
import Tensors

/// An explanation as a differentiable function of the attention it is made of.
///
/// Attention is given a layer at a time, `[head · query · key]` over the heads and query rows that
/// enter; every row sums to one.
package struct AttentionMap: Sendable {
  package let layers: [Int]
  package let heads: [Int]
  package let queries: [Int]
  package let keys: Int
  private let function: any AttentionFunction
  /// The keys that every query of every layer reaches, `[layer][query]`.
  private let reachable: [[Range<Int>]]

  /// - Parameter scope: the attention that enters; heads and queries that are nil are all.
  package init(
    _ question: Question, scope: AttentionScope, _ function: any AttentionFunction
  ) {
    let (card, count) = (question.model.card, question.input.count)
    let queryCount = card.queryCount(count)
    let queries = scope.queries ?? Array(0..<queryCount)
    layers = scope.layers
    heads = scope.heads ?? Array(0..<card.heads)
    keys = count
    reachable = layers.map { layer in
      let mask = card.masks[layer].over(sources: question.input.sources)
      return queries.map { mask.reachable(query: $0, queries: queryCount, keys: count) }
    }
    self.queries = queries
    self.function = function
  }

  package var lowest: Int { layers.min() ?? 0 }

  /// How many weights a layer has.
  package var width: Int { heads.count * queries.count * keys }

  /// One weight a key, and the way back: the gradient with respect to every weight of attention from
  /// that with respect to the map.
  package func callAsFunction(
    _ attention: [[Double]]
  ) -> (map: [Double], pullback: AttentionPullback) {
    function(attention, self)
  }

  /// The attention with the weight of some keys moved to another, in the rows that reach that one.
  package func pouring(_ attention: [[Double]], from: [Int], to: Int) -> [[Double]] {
    zip(attention, reachable).map { layer, reachable in
      var result = layer
      for (row, start) in stride(from: 0, to: layer.count, by: keys).enumerated()
      where reachable[row % queries.count].contains(to) {
        for key in from {
          result[start + to] += result[start + key]
          result[start + key] = 0
        }
      }
      return result
    }
  }
}

/// ∂/∂attention, `[layer][head · query · key]`, from ∂/∂map, `[key]`.
package typealias AttentionPullback = @Sendable ([Double]) -> [[Double]]

/// How a method reads its map from attention.
package protocol AttentionFunction: Sendable {
  /// - Parameters:
  ///   - attention: `[layer][head · query · key]`.
  ///   - map: which layers, heads and rows these are.
  func callAsFunction(
    _ attention: [[Double]], _ map: AttentionMap
  ) -> (map: [Double], pullback: AttentionPullback)
}

extension AttentionMap {
  /// The mean over heads of a layer, `[query · key]`.
  func fused(_ layer: [Double]) -> [Double] {
    let each = queries.count * keys
    return (0..<each).map { index in
      var sum = 0.0
      for head in heads.indices { sum += layer[head * each + index] }
      return sum / Double(heads.count)
    }
  }

  /// In the forward pass fused = Σ_h A_h/H, so now every head gets the cotangent over H, times
  /// `factor`.
  func unfused(_ cotangent: [Double], by factor: Double) -> [Double] {
    let scaled = cotangent.map { $0 * factor / Double(heads.count) }
    return heads.flatMap { _ in scaled }
  }
}
