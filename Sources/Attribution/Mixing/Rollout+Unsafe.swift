import Tensors

/// The product of one map a layer; sums run in double precision, ascending.
package struct Rollout: Sendable {
  /// The maps, layer 0 first, `[n · n]` each.
  package let mixed: [[Double]]
  package let count: Int

  /// The product of maps that are used as they are.
  /// - Precondition: every map has `count · count` entries.
  package init(maps: [[Double]], count: Int) {
    precondition(maps.allSatisfy { $0.count == count * count }, "square maps of one size")
    mixed = maps
    self.count = count
  }

  /// Attention mixed with the residual stream: rows that sum to one.
  /// - Precondition: every pattern is `[heads, n, n]` with the same n.
  package init(_ patterns: [Tensor], fusion: HeadFusion, residual: Double) {
    let n = patterns.first?.shape[1] ?? 0
    precondition(
      patterns.allSatisfy { $0.shape[1] == n && $0.shape[2] == n }, "square patterns of one size")
    self.init(fused: patterns.map { fusion($0) }, count: n, residual: residual)
  }

  /// Fused maps mixed with the residual stream: rows that sum to one.
  init(fused: consuming [[Double]], count: Int, residual: Double) {
    self.count = count
    var maps = consume fused
    for layer in maps.indices {
      maps[layer].withUnsafeMutableBufferPointer { map in
        for row in 0..<count {
          let start = row * count
          for index in start..<start + count { map[index] *= 1 - residual }
          map[start + row] += residual
          var sum = 0.0
          for index in start..<start + count { sum += map[index] }
          guard sum > 0 else { continue }
          for index in start..<start + count { map[index] /= sum }
        }
      }
    }
    mixed = maps
  }

  /// One row of the product, last layer leftmost.
  package func row(_ index: Int) -> [Double] {
    var vector = [Double](repeating: 0, count: count)
    vector[index] = 1
    return row(vector)
  }

  /// A weighted sum of rows of the product: a vector carried down through the layers.
  package func row(_ weights: [Double]) -> [Double] {
    mixed.reversed().reduce(weights) { product(of: $0, and: $1) }
  }

  /// The whole product, `[n · n]`.
  package var matrix: [Double] {
    guard let last = mixed.last else { return (0..<count).flatMap(row) }
    return mixed.dropLast().reversed().reduce(last) { product(of: $0, and: $1) }
  }

  /// Rows of length `count` times one map.
  private func product(of rows: [Double], and map: [Double]) -> [Double] {
    [Double](unsafeUninitializedCapacity: rows.count) { product, initialized in
      product.initialize(repeating: 0)
      initialized = rows.count
      rows.withUnsafeBufferPointer { rows in
        map.withUnsafeBufferPointer { map in
          for (index, weight) in rows.enumerated() where weight != 0 {
            let out = index / count * count
            let from = index % count * count
            for column in 0..<count { product[out + column] += weight * map[from + column] }
          }
        }
      }
    }
  }
}
