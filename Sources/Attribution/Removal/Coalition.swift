/// A set of players 0..<count.
package struct Coalition: Hashable, Sendable {
  private var words: [UInt64]
  package let count: Int

  /// No player, or every player.
  package init(count: Int, full: Bool = false) {
    self.count = count
    words = Array(repeating: 0, count: (count + 63) / 64)
    if full { for player in 0..<count { insert(player) } }
  }

  package func contains(_ player: Int) -> Bool { words[player >> 6] >> (player & 63) & 1 == 1 }

  package mutating func insert(_ player: Int) { words[player >> 6] |= 1 << (player & 63) }

  package mutating func remove(_ player: Int) { words[player >> 6] &= ~(1 << (player & 63)) }

  /// The players, ascending.
  package var members: [Int] { (0..<count).filter(contains) }

  /// The players that are not in it, ascending.
  package var absent: [Int] { (0..<count).filter { !contains($0) } }

  /// The others.
  package var complement: Coalition {
    var other = Coalition(count: count)
    for player in absent { other.insert(player) }
    return other
  }
}
