/// The read-out row multiplied down through all layers, each averaged over heads and mixed with
/// `residual` identity.
struct RolledRow: AttentionFunction {
  let residual: Double
  let readOut: Int

  // v_{l−1} = v_l M_l, so dM_l = v_l ⊗ g and g goes up as M_l g.
  func callAsFunction(
    _ attention: [[Double]], _ map: AttentionMap
  ) -> (map: [Double], pullback: AttentionPullback) {
    let (keys, layers) = (map.keys, map.layers.indices)
    let mixed = attention.map { layer -> [Double] in
      var rows = map.fused(layer).map { $0 * (1 - residual) }
      for row in 0..<keys { rows[row * keys + row] += residual }
      return rows
    }
    /// The vector as it enters each layer from above.
    var vectors = [[Double]](repeating: [], count: layers.count)
    var vector = [Double](repeating: 0, count: keys)
    vector[readOut] = 1
    for layer in layers.reversed() {
      vectors[layer] = vector
      var next = [Double](repeating: 0, count: keys)
      for (row, weight) in vector.enumerated() where weight != 0 {
        for key in 0..<keys { next[key] += weight * mixed[layer][row * keys + key] }
      }
      vector = next
    }
    let pullback: AttentionPullback = { [vectors] cotangent in
      var gradient = cotangent
      return layers.map { layer in
        let outer = vectors[layer].flatMap { weight in gradient.map { weight * $0 } }
        let rows = mixed[layer]
        gradient = (0..<keys).map { row in
          var sum = 0.0
          for key in 0..<keys { sum += rows[row * keys + key] * gradient[key] }
          return sum
        }
        return map.unfused(outer, by: 1 - residual)
      }
    }
    return (vector, pullback)
  }
}
