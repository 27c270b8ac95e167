import Tensors

/// Good sets of units, found by trying: as a search, its best find is a lower bound.
package enum SetSearch: String, Sendable, CaseIterable {
  /// From nothing, the unit that adds most at each step, at most five steps; then the units that are
  /// strongest alone.
  case growth
  /// From everything, the unit that is missed least at each step: finds evidence that stands in for
  /// itself, at the price of a number of passes that grows with the square of the length.
  case elimination

  /// Steps of growth that look at what units do in company.
  static let steps = 5

  /// Goes on with a growth to a size; the path of a smaller size is the beginning of a larger one's.
  ///
  /// - Parameters:
  ///   - path: the units in the order in which they came, at least the strongest one.
  ///   - effects: f of each of several sets.
  static func grow(
    _ path: [Int], to size: Int, of count: Int,
    _ effects: ([[Int]]) throws(AssayError) -> [Double]
  ) throws(AssayError) -> [Int] {
    var path = path
    while path.count < min(size, steps, count) {
      let others = (0..<count).filter { !path.contains($0) }
      let found = try effects(others.map { (path + [$0]).sorted() })
      path.append(others[firstLargest(found)])
    }
    return path
  }

  /// The set of a size that is left when the unit missed least is given back, again and again.
  static func eliminate(
    to size: Int, of count: Int, _ effects: ([[Int]]) throws(AssayError) -> [Double]
  ) throws(AssayError) -> [Int] {
    var set = Array(0..<count)
    while set.count > size {
      let smaller = set.indices.map { index in
        set.indices.filter { $0 != index }.map { set[$0] }
      }
      set = smaller[firstLargest(try effects(smaller))]
    }
    return set
  }

  private static func firstLargest(_ values: [Double]) -> Int {
    values.indices.max { (values[$0], -$0) < (values[$1], -$1) } ?? 0
  }
}
