import Tensors

/// The null "the same weights, placed at random": a statistic of permuted weights.
///
/// Enumerated when there are fewer orders than draws, else sampled. Values within 1 % of the
/// statistic's range count as ties.
package struct PlacementNull: Sendable {
  package let observed: Double
  package let values: [Double]
  /// (1 + #{null ≥ observed}) / (1 + B); the exact share when enumerated.
  package let pValue: Double
  /// The p of the best placement: what this length and shape can attain.
  package let smallestP: Double
  private let enumerated: Bool

  /// - Parameter best: the statistic of the best conceivable placement.
  package init(
    weights: [Double], draws: Int, source: RandomSource, best: Double,
    statistic: ([Double]) -> Double
  ) {
    observed = statistic(weights)
    let orders = PlacementNull.orderCount(weights.count, atMost: draws)
    enumerated = orders != nil
    var values: [Double] = []
    if orders != nil {
      var order = Array(weights.indices)
      repeat { values.append(statistic(order.map { weights[$0] })) } while order.nextPermutation()
    } else {
      for index in 0..<draws {
        var draw = source.draw(index)
        values.append(statistic(draw.permutation(weights.count).map { weights[$0] }))
      }
    }
    self.values = values
    let top = max(best, observed, values.max() ?? observed)
    let tie = 0.01 * (top - min(observed, values.min() ?? observed))
    let extra = orders == nil ? 1 : 0
    func share(_ level: Double) -> Double {
      Double(extra + values.count { $0 >= level - tie }) / Double(extra + values.count)
    }
    pValue = share(observed)
    smallestP = share(top)
  }

  /// n! if that is at most `limit`.
  private static func orderCount(_ count: Int, atMost limit: Int) -> Int? {
    var product = 1
    for factor in stride(from: 2, through: count, by: 1) {
      product *= factor
      if product > limit { return nil }
    }
    return product
  }

  package func summary(_ name: String) -> NullSummary {
    NullSummary(name: enumerated ? name + ", all orders" : name, values: values)
  }
}

extension Array where Element == Int {
  /// The next order in lexicographic sequence; false, unchanged, after the last.
  fileprivate mutating func nextPermutation() -> Bool {
    guard let pivot = indices.dropLast().last(where: { self[$0] < self[$0 + 1] }),
      let successor = indices.last(where: { self[$0] > self[pivot] })
    else { return false }
    swapAt(pivot, successor)
    self[(pivot + 1)...].reverse()
    return true
  }
}
