import Tensors

/// Subsets of a given size: all of them when they are few, else distinct random ones.
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
    var index = 0
    while sets.count < limit {
      var draw = source.draw(index)
      index += 1
      let set = draw.permutation(items.count).prefix(size).map { items[$0] }.sorted()
      if seen.insert(set).inserted { sets.append(set) }
    }
    (chosen, isEnumerated) = (sets, false)
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
