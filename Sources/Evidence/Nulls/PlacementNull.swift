import Tensors

/// The null "the same weights, placed at random": a statistic of permuted weights.
///
/// Enumerated when there are no more orders than draws, else sampled, twenty times as often where the
/// first draws leave p within four standard errors of the level; values within the fixed tie of the
/// observed one count as ties.
package struct PlacementNull: Sendable {
  package let observed: Double
  /// The statistic of the first draws, or of all orders.
  package let values: [Double]
  /// (1 + #{null ≥ observed})/(1 + B); the exact share when enumerated.
  package let pValue: Double
  /// The same share of the draws that place the weights as well as can be: what this length and shape
  /// can attain.
  package let smallestP: Double
  private let isEnumerated: Bool

  /// What a null came to, without its values.
  package init(observed: Double, pValue: Double, smallestP: Double) {
    self.observed = observed
    self.pValue = pValue
    self.smallestP = smallestP
    (values, isEnumerated) = ([], false)
  }

  /// - Parameters:
  ///   - alpha: the level that p will be held against, unless the smallest p attainable is larger; nil
  ///     for levels that nobody knows yet, any of which may be near.
  ///   - statistic: of weights, one a place.
  ///   - execution: whom to ask whether to go on.
  ///   - isBest: whether an order (which weight stands at each place) is as good as can be.
  package init(
    weights: [Double], draws: Int, alpha: Double?, source: RandomSource,
    execution: Execution = Execution(), statistic: ([Double]) -> Double, isBest: ([Int]) -> Bool
  ) throws(AssayError) {
    observed = statistic(weights)
    let isEnumerated = PlacementNull.orderCount(weights.count, atMost: draws) != nil
    self.isEnumerated = isEnumerated
    let level = observed - Draws.tie
    var values: [Double] = []
    var (read, reached, best) = (0, 0, 0)
    func look(_ order: [Int]) {
      let value = statistic(order.map { weights[$0] })
      if read < draws { values.append(value) }
      read += 1
      if value >= level { reached += 1 }
      if isBest(order) { best += 1 }
    }
    if isEnumerated {
      var order = Array(weights.indices)
      repeat { look(order) } while order.nextPermutation()
    }
    let extra = isEnumerated ? 0 : 1
    func share(_ count: Int) -> Double { Double(extra + count) / Double(extra + read) }
    func draw(to most: Int) throws(AssayError) {
      while read < most {
        if read.isMultiple(of: 64) { try execution.checkCancellation() }
        var draw = source.draw(read)
        look(draw.permutation(weights.count))
      }
    }
    if !isEnumerated {
      try draw(to: draws)
      let isOpen = alpha.map { alpha in
        let level = max(alpha, share(best))
        let error = (level * (1 - level) / Double(read)).squareRoot()
        return abs(share(reached) - level) < 4 * error
      }
      if isOpen ?? true { try draw(to: Self.more * draws) }
    }
    self.values = values
    pValue = share(reached)
    smallestP = share(best)
  }

  /// How many times the draws where the first ones leave it open.
  private static let more = 20

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
    NullSummary(name: isEnumerated ? name + ", all orders" : name, values: values)
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
