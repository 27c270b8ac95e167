import Tensors

/// Subsets of a given size: all of them when they are few, else distinct random ones in which units,
/// and pairs of units, come as evenly as they can.
///
/// Nothing distinguishes one unit from another before the first draw, so each of the sets by itself is
/// uniform over all there are: means and shares over them expect what those of independent sets do.
/// Balance takes the luck out of who is drawn, and with whom: what depends on members one by one and
/// two by two hardly varies with the seed any more, at any length of the beginning.
struct Subsets {
  let chosen: [[Int]]
  let isEnumerated: Bool

  init(of items: [Int], size: Int, limit: Int, source: RandomSource) {
    guard size > 0, size <= items.count else {
      (chosen, isEnumerated) = ([], true)
      return
    }
    guard Subsets.count(of: items.count, size: size, limit: limit + 1) > limit else {
      (chosen, isEnumerated) = (Subsets.all(items[...], size), true)
      return
    }
    var seen = Set<[Int]>()
    var sets: [[Int]] = []
    var balance = Balance(items.count)
    var index = 0
    while sets.count < limit {
      var draw = source.draw(index)
      index += 1
      let order = draw.permutation(items.count)
      let balanced = balance.set(of: size, order)
      // Where the most balanced set is known already, any other will do.
      let set = seen.contains(balanced) ? order.prefix(size).sorted() : balanced
      if seen.insert(set).inserted {
        sets.append(set)
        balance.count(set)
      }
    }
    (chosen, isEnumerated) = (sets.map { set in set.map { items[$0] } }, false)
  }

  /// How many subsets there are, or `limit` if that is fewer; none of size 0.
  static func count(of items: Int, size: Int, limit: Int) -> Int {
    Int(saturating: min(Double(limit), count(of: items, size: size)))
  }

  /// C(items, size) as a real number, exact up to 2⁵³; 0 for size 0.
  static func count(of items: Int, size: Int) -> Double {
    guard size > 0, size <= items else { return 0 }
    // The smaller of a set and what it leaves: partial products are whole numbers that only grow.
    return (0..<min(size, items - size)).reduce(1.0) { total, index in
      (total * Double(items - index) / Double(index + 1)).rounded()
    }
  }

  private static func all(_ items: ArraySlice<Int>, _ size: Int) -> [[Int]] {
    if size == 0 { return [[]] }
    guard let first = items.first, items.count >= size else { return [] }
    let rest = items.dropFirst()
    return all(rest, size - 1).map { [first] + $0 } + all(rest, size)
  }
}

/// How often units, and pairs of them, have come so far.
private struct Balance {
  private let units: Int
  private var singles: [Int]
  /// Row by row; empty where there are so many units that pairs hardly ever come twice.
  private var pairs: [Int]

  /// Beyond so many units pairs are not counted: each step of a set would read one row of them.
  private static let most = 256

  init(_ units: Int) {
    self.units = units
    singles = [Int](repeating: 0, count: units)
    pairs = units <= Self.most ? [Int](repeating: 0, count: units * units) : []
  }

  /// A set of units that came least, and least with each other; the first in `order` where several did.
  ///
  /// A unit's own count weighs half of what a pair's does.
  func set(of size: Int, _ order: [Int]) -> [Int] {
    var cost = singles
    var left = order
    var set: [Int] = []
    while set.count < size, let first = left.first {
      var (best, place) = (first, 0)
      for (index, unit) in left.enumerated() where cost[unit] < cost[best] {
        (best, place) = (unit, index)
      }
      left.remove(at: place)
      set.append(best)
      if !pairs.isEmpty {
        for unit in left { cost[unit] += 2 * pairs[best * units + unit] }
      }
    }
    return set.sorted()
  }

  mutating func count(_ set: [Int]) {
    for unit in set {
      singles[unit] += 1
      if !pairs.isEmpty {
        for other in set { pairs[unit * units + other] += 1 }
      }
    }
  }
}
