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
  /// - Throws: `memory`, `cancelled`.
  package init(
    _ patterns: [Tensor], fusion: HeadFusion, residual: Double,
    _ execution: Execution = Execution()
  ) throws(AssayError) {
    let n = patterns.first?.shape[1] ?? 0
    precondition(
      patterns.allSatisfy { $0.shape[1] == n && $0.shape[2] == n }, "square patterns of one size")
    try Rollout.requireMemory(maps: patterns.count, count: n)
    self.init(
      fused: patterns.map { fusion($0, execution) }, count: n, residual: residual, execution)
    try execution.checkCancellation()
  }

  /// Fused maps mixed with the residual stream: rows that sum to one.
  init(fused: consuming [[Double]], count: Int, residual: Double, _ execution: Execution) {
    self.count = count
    var maps = consume fused
    for layer in maps.indices {
      maps[layer].withUnsafeMutableBufferPointer { map in
        nonisolated(unsafe) let map = map
        execution.parallel.forEach(count, nanosecondsEach: 2 * Double(count)) { row in
          let start = row * count
          for index in start..<start + count { map[index] *= 1 - residual }
          map[start + row] += residual
          var sum = 0.0
          for index in start..<start + count { sum += map[index] }
          guard sum > 0 else { return }
          for index in start..<start + count { map[index] /= sum }
        }
      }
    }
    mixed = maps
  }

  /// - Throws: `memory` where so many maps, and one that is made of them, are more than there is.
  static func requireMemory(maps: Int, count: Int) throws(AssayError) {
    try Memory.require(
      8 * Double(maps + 2) * Double(count) * Double(count),
      for: "\(maps) maps of \(count) × \(count)")
  }

  /// One row of the product, last layer leftmost.
  package func row(_ index: Int) -> [Double] {
    var vector = [Double](repeating: 0, count: count)
    vector[index] = 1
    return row(vector)
  }

  /// A weighted sum of rows of the product: a vector carried down through the layers.
  package func row(_ weights: [Double]) -> [Double] {
    mixed.reversed().reduce(weights) { product(of: $0, and: $1, Execution()) }
  }

  /// The whole product, `[n · n]`.
  /// - Throws: `memory`, `cancelled`.
  package func matrix(_ execution: Execution = Execution()) throws(AssayError) -> [Double] {
    try Rollout.requireMemory(maps: 2, count: count)
    guard let last = mixed.last else { return (0..<count).flatMap(row) }
    var result = last
    for map in mixed.dropLast().reversed() {
      result = product(of: result, and: map, execution)
      try execution.checkCancellation()
    }
    return result
  }

  /// Rows of length `count` times one map.
  private func product(
    of rows: [Double], and map: [Double], _ execution: Execution
  ) -> [Double] {
    [Double](unsafeUninitializedCapacity: rows.count) { product, initialized in
      product.initialize(repeating: 0)
      initialized = rows.count
      guard count > 0 else { return }
      rows.withUnsafeBufferPointer { rows in
        map.withUnsafeBufferPointer { map in
          nonisolated(unsafe) let (product, rows, map) = (product, rows, map)
          let nanoseconds = Double(count) * Double(count) / 2
          execution.parallel.forEach(rows.count / count, nanosecondsEach: nanoseconds) { row in
            let out = row * count
            for index in out..<out + count where rows[index] != 0 {
              let (weight, from) = (rows[index], (index - out) * count)
              for column in 0..<count { product[out + column] += weight * map[from + column] }
            }
          }
        }
      }
    }
  }
}
