/// The chance that a positive exceeds a negative, ties counting half: the area under the ROC curve
/// (Hanley & McNeil 1982), which is the Mann–Whitney statistic over the number of pairs.
package enum RankArea {
  /// nil where one side is empty.
  package static func of(_ positive: [Double], over negative: [Double]) -> Double? {
    guard !positive.isEmpty, !negative.isEmpty else { return nil }
    let ordered = negative.sorted()
    // Twice the number of pairs won: a tie is one, so the count stays whole.
    let won = positive.reduce(0) { $0 + ordered.count(below: $1) + ordered.count(through: $1) }
    return Double(won) / Double(2 * positive.count * negative.count)
  }

  /// Its bootstrap interval where both sides measure the same items, which are drawn together.
  /// - Precondition: as many on both sides.
  package static func pairedInterval(
    _ positive: [Double], over negative: [Double], _ bootstrap: Bootstrap
  ) -> ClosedRange<Double>? {
    precondition(positive.count == negative.count, "a value a side and item")
    return bootstrap.interval(of: positive.count) { places in
      of(places.map { positive[$0] }, over: places.map { negative[$0] }) ?? .nan
    }
  }
}

extension [Double] {
  /// How many of these ascending values are smaller.
  fileprivate func count(below value: Double) -> Int { partition { $0 < value } }

  /// How many of these ascending values are not larger.
  fileprivate func count(through value: Double) -> Int { partition { $0 <= value } }

  private func partition(_ holds: (Double) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if holds(self[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
