/// What a flow leaves of the capacities, with the sets that make searching it fast.
///
/// `open` edges have capacity left, `used` edges carry flow (and can carry it back); both are kept
/// by row and by column, so that a search in either direction intersects whole words. A handle to
/// memory of one solver: copies share it, `deallocate` ends it.
struct ResidualNetwork {
  let count: Int
  let layers: Int
  private(set) var words: Int
  /// `[layer − 1][i][j]` in quanta: all there is, and what is left.
  let capacity: UnsafePointer<Int64>
  let residual: UnsafeMutablePointer<Int64>
  /// `[layer − 1][row][word]`, sets of columns.
  let openByRow: UnsafeMutablePointer<UInt64>
  let usedByRow: UnsafeMutablePointer<UInt64>
  /// `[layer − 1][column][word]`, sets of rows.
  let openByColumn: UnsafeMutablePointer<UInt64>
  let usedByColumn: UnsafeMutablePointer<UInt64>
  /// The wide edges of the capacities, by column.
  let wideByColumn: UnsafeMutablePointer<UInt64>
  /// `[node]`: what can go straight down from the last inner layer to the first.
  let straight: UnsafeMutablePointer<Int64>

  /// An empty flow. The capacities must outlive the network.
  init(_ edges: FlowEdges) {
    let sets = edges.setWords
    count = edges.count
    layers = edges.layers
    words = edges.words
    capacity = UnsafePointer(edges.units)
    residual = .allocate(capacity: edges.edgeCount)
    residual.initialize(from: capacity, count: edges.edgeCount)
    openByRow = .allocate(capacity: sets)
    openByRow.initialize(from: edges.byRow, count: sets)
    openByColumn = .allocate(capacity: sets)
    openByColumn.initialize(repeating: 0, count: sets)
    usedByRow = .allocate(capacity: sets)
    usedByRow.initialize(repeating: 0, count: sets)
    usedByColumn = .allocate(capacity: sets)
    usedByColumn.initialize(repeating: 0, count: sets)
    wideByColumn = .allocate(capacity: sets)
    wideByColumn.initialize(repeating: 0, count: sets)
    straight = .allocate(capacity: count)
    for node in 0..<count {
      straight[node] = .max
      for layer in stride(from: 2, to: layers, by: 1) {
        straight[node] = min(straight[node], capacity[edge(layer, node, node)])
      }
    }
    for layer in 0..<layers {
      let start = layer * count * words
      if edges.isComplete[layer] {
        (openByColumn + start).update(from: openByRow + start, count: count * words)
      } else {
        transpose(openByRow + start, into: openByColumn + start)
      }
      transpose(edges.wideByRow + start, into: wideByColumn + start)
    }
  }

  /// Writes the sets of a layer by row as sets by column.
  private func transpose(
    _ byRow: UnsafePointer<UInt64>, into byColumn: UnsafeMutablePointer<UInt64>
  ) {
    for row in 0..<count {
      for word in 0..<words {
        var members = byRow[row * words + word]
        while members != 0 {
          let column = word << 6 + members.trailingZeroBitCount
          members &= members &- 1
          byColumn[column * words + row >> 6] |= bit(row)
        }
      }
    }
  }

  func deallocate() {
    residual.deallocate()
    openByRow.deallocate()
    openByColumn.deallocate()
    usedByRow.deallocate()
    usedByColumn.deallocate()
    wideByColumn.deallocate()
    straight.deallocate()
  }

  /// The same network with a number of words that the compiler knows to be 1.
  ///
  /// - Precondition: `words` is 1.
  @inline(__always)
  var narrow: ResidualNetwork {
    var network = self
    network.words = 1
    return network
  }

  /// The index of the edge (layer, row) → (layer − 1, column).
  @inline(__always)
  func edge(_ layer: Int, _ row: Int, _ column: Int) -> Int {
    ((layer - 1) * count + row) * count + column
  }

  /// Where the set of a row or column of a layer starts.
  @inline(__always)
  func set(_ layer: Int, _ index: Int) -> Int { ((layer - 1) * count + index) * words }

  /// Sends `amount` more down an edge.
  @inline(__always)
  func push(_ amount: Int64, layer: Int, row: Int, column: Int) {
    let index = edge(layer, row, column)
    let byRow = set(layer, row) + column >> 6
    let byColumn = set(layer, column) + row >> 6
    let (rowBit, columnBit) = (bit(row), bit(column))
    let left = residual[index] - amount
    residual[index] = left
    usedByRow[byRow] |= columnBit
    usedByColumn[byColumn] |= rowBit
    if left == 0 {
      openByRow[byRow] &= ~columnBit
      openByColumn[byColumn] &= ~rowBit
    }
  }

  /// Takes `amount` of the flow of an edge back.
  @inline(__always)
  func cancel(_ amount: Int64, layer: Int, row: Int, column: Int) {
    let index = edge(layer, row, column)
    let byRow = set(layer, row) + column >> 6
    let byColumn = set(layer, column) + row >> 6
    let (rowBit, columnBit) = (bit(row), bit(column))
    let left = residual[index] + amount
    residual[index] = left
    openByRow[byRow] |= columnBit
    openByColumn[byColumn] |= rowBit
    if left == capacity[index] {
      usedByRow[byRow] &= ~columnBit
      usedByColumn[byColumn] &= ~rowBit
    }
  }

  /// Forgets the flow, in time proportional to the edges that carry it.
  func clear() {
    if words == 1 { narrow.forget() } else { forget() }
  }

  @inline(__always)
  private func forget() {
    var start = 0
    for layer in 0..<layers {
      let columns = layer * count * words
      for row in 0..<count {
        let rowBit = bit(row)
        for word in 0..<words {
          var members = usedByRow[start + word]
          if members == 0 { continue }
          openByRow[start + word] |= members
          usedByRow[start + word] = 0
          while members != 0 {
            let column = word << 6 + members.trailingZeroBitCount
            members &= members &- 1
            let index = (layer * count + row) * count + column
            let byColumn = columns + column * words + row >> 6
            residual[index] = capacity[index]
            openByColumn[byColumn] |= rowBit
            usedByColumn[byColumn] = 0
          }
        }
        start += words
      }
    }
  }
}
