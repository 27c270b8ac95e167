/// Which row of a table of relative positions stands for a distance between two tokens.
package struct RelativeDistances: Sendable {
  /// The rows of the table.
  package let rows: Int
  /// Beyond half of these the distances share buckets that widen logarithmically; nil for one row a
  /// distance.
  private let buckets: Int?
  /// Whether keys behind a query come first, from distance 0 on, then those ahead; else the middle row
  /// stands for distance 0.
  private let isHalved: Bool
  /// The distance at which the last bucket ends.
  private let longest: Int

  /// - Precondition: both numbers are positive, and `longest` is more than half of `buckets` + 1.
  package init(buckets: Int?, longest: Int) {
    self.buckets = buckets
    self.longest = longest
    isHalved = false
    rows = 2 * (buckets ?? longest)
  }

  /// Two halves of a table, for keys behind and ahead, in each of which `buckets` rows reach up to the
  /// distance `longest` (Raffel et al. 2020).
  /// - Precondition: `longest` is more than half of `buckets`, which is more than one.
  package init(eachWay buckets: Int, longest: Int) {
    self.buckets = buckets
    self.longest = longest
    isHalved = true
    rows = 2 * buckets
  }

  /// The row of the distance from a key to a query; distances beyond the table share its last rows.
  package func row(_ distance: Int) -> Int {
    if isHalved { return half(abs(distance)) + (distance < 0 ? rows / 2 : 0) }
    return min(max(bucket(distance) + rows / 2, 0), rows - 1)
  }

  // Raffel et al. 2020, as in the code published with it: logarithms in single precision.
  private func half(_ distance: Int) -> Int {
    let (most, exact) = (rows / 2, rows / 4)
    guard distance >= exact else { return distance }
    let span = Float(logarithm(Double(longest) / Double(exact)))
    let place = Float(logarithm(Double(Float(distance) / Float(exact)))) / span
    let further = (place * Float(most - exact)).rounded(.down)
    return min(exact + further.exactlyInteger, most - 1)
  }

  // He et al. 2021, as in the code published with it: logarithms in single precision.
  private func bucket(_ distance: Int) -> Int {
    guard let buckets, abs(distance) > buckets / 2 else { return distance }
    let middle = buckets / 2
    let span = Float(logarithm(Double(Float(longest - 1) / Float(middle))))
    let place = Float(logarithm(Double(Float(abs(distance)) / Float(middle)))) / span
    return ((place * Float(middle - 1)).rounded(.up).exactlyInteger + middle) * distance.signum()
  }
}

extension Float {
  /// The whole number that the value is; values here stay far below 2²⁴.
  fileprivate var exactlyInteger: Int { Int(exactly: self) ?? 0 }
}

extension Tensor {
  /// Flat scores plus, for each query i and key j, the number that `products` has for their distance:
  /// in row i, or with `byKey` in row j, of a `[tokens, distances]` block a head.
  package func addingDistances(
    of products: Tensor, _ distances: RelativeDistances, _ layout: PatternLayout, byKey: Bool
  ) -> Tensor {
    edited { scores in
      products.withSpan { products in
        distances.forEachPair(layout, byKey: byKey) { scores[$0] += products[$1] }
      }
    }
  }

  /// The transpose of `addingDistances`: a flat cotangent of scores summed by distance.
  package func gatheringDistances(
    _ distances: RelativeDistances, _ layout: PatternLayout, _ positions: PatternLayout, byKey: Bool
  ) -> Tensor {
    Tensor.filling([positions.total]) { sums in
      withSpan { scores in
        distances.forEachPair(layout, byKey: byKey) { sums[$1] += scores[$0] }
      }
    }
  }
}

extension RelativeDistances {
  /// Calls `body` with the place of every pair's score and of its distance's product.
  fileprivate func forEachPair(
    _ layout: PatternLayout, byKey: Bool, _ body: (Int, Int) -> Void
  ) {
    var (score, block) = (0, 0)
    for sequence in 0..<layout.queries.count {
      let count = layout.keys.length(sequence)
      let table = (1 - count..<count).map(row)
      for _ in 0..<layout.heads {
        for query in 0..<count {
          for key in 0..<count {
            body(score, block + (byKey ? key : query) * rows + table[query - key + count - 1])
            score += 1
          }
        }
        block += count * rows
      }
    }
  }
}
