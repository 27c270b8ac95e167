/// Moves amounts between positions as they cross a layer of edges.
///
/// Every position sends what it has straight on, along the edge to the same position, except for
/// what it gives to others along theirs. A step only decides who gives how much to whom: downwards
/// the row of an edge gives to its column, upwards the column (which asks) to its row. No edge takes
/// more than its capacity, so that the amounts on both sides of the layer are joined by a flow.
struct FlowExchange {
  private let edges: FlowEdges
  /// What each position still sends straight on.
  private let straight: UnsafeMutablePointer<Int64>
  /// An even share for each position that is to have one.
  private let shares: UnsafeMutablePointer<Int64>
  /// The positions above and below their goal.
  private let over: UnsafeMutablePointer<UInt64>
  private let under: UnsafeMutablePointer<UInt64>

  init(_ edges: FlowEdges) {
    self.edges = edges
    straight = .allocate(capacity: 2 * edges.count)
    straight.initialize(repeating: 0, count: 2 * edges.count)
    shares = straight + edges.count
    over = .allocate(capacity: 2 * edges.words)
    over.initialize(repeating: 0, count: 2 * edges.words)
    under = over + edges.words
  }

  func deallocate() {
    straight.deallocate()
    over.deallocate()
  }

  /// Takes amounts down through `layer` towards equal shares of `total` for `positions`.
  ///
  /// - Returns: false when some edge would have to take more than its capacity.
  @inline(__always)
  func spread(
    _ amounts: UnsafeMutablePointer<Int64>, over positions: UnsafePointer<UInt64>, total: Int64,
    layer: Int, words: Int
  ) -> Bool {
    var members = 0
    for word in 0..<words { members += positions[word].nonzeroBitCount }
    let share = total / Int64(clamping: max(members, 1)) + 1
    for node in 0..<edges.count {
      shares[node] = positions[node >> 6] & bit(node) != 0 ? share : 0
    }
    return step(
      amounts, towards: shares, layer: layer, through: positions, isDownwards: true, words: words)
  }

  /// Takes amounts through `layer`, as close to their goals there as single edges allow.
  ///
  /// - Parameter positions: those that may be given something.
  /// - Returns: false when some edge would have to take more than its capacity.
  @inline(__always)
  func step(
    _ amounts: UnsafeMutablePointer<Int64>, towards goals: UnsafePointer<Int64>, layer: Int,
    through positions: UnsafePointer<UInt64>, isDownwards: Bool, words: Int
  ) -> Bool {
    let count = edges.count
    straight.update(from: amounts, count: count)
    halve(amounts, goals, layer, through: positions, isDownwards, words)
    let (isOver, isUnder) = compare(amounts, goals, words: words)
    if isOver, isUnder { settle(amounts, goals, layer, isDownwards, words) }
    let diagonal = edges.units + (layer - 1) * count * count
    var fits = true
    for node in 0..<count { fits = fits && straight[node] <= diagonal[node * (count + 1)] }
    return fits
  }

  /// Finds the positions over and under their goals.
  @inline(__always)
  func compare(
    _ amounts: UnsafePointer<Int64>, _ goals: UnsafePointer<Int64>, words: Int
  ) -> (isOver: Bool, isUnder: Bool) {
    var (anyOver, anyUnder): (UInt64, UInt64) = (0, 0)
    for word in 0..<words {
      var (isOver, isUnder): (UInt64, UInt64) = (0, 0)
      for node in word << 6..<min(edges.count, (word + 1) << 6) {
        isOver |= (amounts[node] > goals[node] ? 1 : 0) &<< UInt64(node & 63)
        isUnder |= (amounts[node] < goals[node] ? 1 : 0) &<< UInt64(node & 63)
      }
      (over[word], under[word]) = (isOver, isUnder)
      anyOver |= isOver
      anyUnder |= isUnder
    }
    return (anyOver != 0, anyUnder != 0)
  }

  /// Along every strong edge, gives half of what the giver is further over its goal: it spreads
  /// what few positions have to all in as many layers as it takes to double that often.
  @inline(__always)
  private func halve(
    _ amounts: UnsafeMutablePointer<Int64>, _ goals: UnsafePointer<Int64>, _ layer: Int,
    through positions: UnsafePointer<UInt64>, _ isDownwards: Bool, _ words: Int
  ) {
    let count = edges.count
    let sets = isDownwards ? edges.strongByRow : edges.strongByColumn
    let strong = sets + (layer - 1) * count * words
    let units = edges.units + (layer - 1) * count * count
    for giver in 0..<count {
      for word in 0..<words {
        var takers = strong[giver * words + word] & positions[word]
        while takers != 0 {
          let taker = word << 6 + takers.trailingZeroBitCount
          takers &= takers &- 1
          let gap = (amounts[giver] - goals[giver]) - (amounts[taker] - goals[taker])
          if gap <= 0 { continue }
          let unit = units[isDownwards ? giver * count + taker : taker * count + giver]
          let given = min(gap / 2, min(unit, straight[giver]))
          straight[giver] -= given
          amounts[giver] -= given
          amounts[taker] += given
        }
      }
    }
  }

  /// Along all other wide edges, gives what one position is over to those that are under.
  @inline(__always)
  private func settle(
    _ amounts: UnsafeMutablePointer<Int64>, _ goals: UnsafePointer<Int64>, _ layer: Int,
    _ isDownwards: Bool, _ words: Int
  ) {
    let count = edges.count
    let (rows, columns) = isDownwards ? (over, under) : (under, over)
    let start = (layer - 1) * count * words
    let (wide, strong) = (edges.wideByRow + start, edges.strongByRow + start)
    let units = edges.units + (layer - 1) * count * count
    for row in 0..<count where rows[row >> 6] & bit(row) != 0 {
      var rest = isDownwards ? amounts[row] - goals[row] : goals[row] - amounts[row]
      if isDownwards { rest = min(rest, straight[row]) }
      var moved: Int64 = 0
      for word in 0..<words {
        let set = row * words + word
        var others = columns[word] & wide[set] & ~strong[set]
        while others != 0, rest > 0 {
          let column = word << 6 + others.trailingZeroBitCount
          others &= others &- 1
          var amount = min(rest, units[row * count + column])
          if isDownwards {
            amount = min(amount, goals[column] - amounts[column])
            amounts[column] += amount
          } else {
            amount = min(amount, min(straight[column], amounts[column] - goals[column]))
            amounts[column] -= amount
            straight[column] -= amount
          }
          if amounts[column] == goals[column] { columns[word] &= ~bit(column) }
          rest -= amount
          moved += amount
        }
      }
      amounts[row] += isDownwards ? -moved : moved
      if isDownwards { straight[row] -= moved }
    }
  }
}
