import Tensors

/// Subsets of a given size: all of them when they are few, else distinct random ones.
struct Subsets {
  let chosen: [[Int]]

  init(of items: [Int], size: Int, limit: Int, source: RandomSource) {
    guard size > 0, size <= items.count else {
      chosen = []
      return
    }
    guard Subsets.count(of: items.count, size: size, limit: limit + 1) > limit else {
      chosen = Subsets.all(items[...], size)
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
    chosen = sets
  }

  /// How many subsets there are, or `limit` if that is fewer; none of size 0.
  static func count(of items: Int, size: Int, limit: Int) -> Int {
    guard size > 0, size <= items else { return 0 }
    var total = 1
    // The smaller of a set and what it leaves: partial products then only grow.
    for index in 0..<min(size, items - size) {
      total = total * (items - index) / (index + 1)
      if total >= limit { return limit }
    }
    return min(total, limit)
  }

  private static func all(_ items: ArraySlice<Int>, _ size: Int) -> [[Int]] {
    if size == 0 { return [[]] }
    guard let first = items.first, items.count >= size else { return [] }
    let rest = items.dropFirst()
    return all(rest, size - 1).map { [first] + $0 } + all(rest, size)
  }
}
