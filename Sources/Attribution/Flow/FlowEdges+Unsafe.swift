/// Which edges a layered network has and what they take, in quanta.
///
/// Layer l (1...layers) holds the edges from the nodes (l, i) down to the nodes (l − 1, j). A handle
/// to memory of `FlowCapacities`, which ends it.
struct FlowEdges {
  /// What the largest capacity becomes.
  static let largest: Int64 = 1 << 44

  /// Nodes in each of the layers 0...layers.
  let count: Int
  let layers: Int
  /// The words of a set of nodes of one layer.
  let words: Int
  /// `[layer − 1][i][j]`, in quanta.
  let units: UnsafeMutablePointer<Int64>
  /// `[layer − 1][i][word]`: the columns with an edge from row i.
  let byRow: UnsafeMutablePointer<UInt64>
  /// The same for *wide* edges, those of at least 1/max(512, 8·count) of the largest capacity, and
  /// all of the first and the last layer.
  let wideByRow: UnsafeMutablePointer<UInt64>
  /// The same for *strong* edges, those between different positions of at least 1/8 of the largest
  /// capacity; then by column.
  let strongByRow: UnsafeMutablePointer<UInt64>
  let strongByColumn: UnsafeMutablePointer<UInt64>
  /// `[layer − 1]`: whether every two nodes are joined.
  let isComplete: UnsafeMutablePointer<Bool>

  var edgeCount: Int { layers * count * count }
  var setWords: Int { layers * count * words }

  init(layers: Int, count: Int) {
    let words = (count + 63) / 64
    let sets = layers * count * words
    self.count = count
    self.layers = layers
    self.words = words
    units = .allocate(capacity: layers * count * count)
    byRow = .allocate(capacity: 4 * sets)
    wideByRow = byRow + sets
    strongByRow = wideByRow + sets
    strongByColumn = strongByRow + sets
    strongByColumn.initialize(repeating: 0, count: sets)
    isComplete = .allocate(capacity: layers)
    isComplete.initialize(repeating: true, count: layers)
  }

  func deallocate() {
    units.deallocate()
    byRow.deallocate()
    isComplete.deallocate()
  }

  /// Writes the units and the sets of a layer.
  /// - Parameter values: `[i][j]`, finite and ≥ 0, which times `scale` are at most `largest`.
  func fill(layer: Int, _ values: UnsafePointer<Double>, scale: Double) {
    let units = units + (layer - 1) * count * count
    for index in 0..<count * count {
      // The last bit of the sum counts ones, so that adding rounds and the mantissa is the number.
      let shifted = (values[index] * scale + 0x1p52).bitPattern
      units[index] = Int64(truncatingIfNeeded: shifted & (1 << 52 - 1))
    }
    let start = (layer - 1) * count * words
    let strongByColumn = strongByColumn + start
    // Paths end in edges of the first layer and start in edges of the last: a cut consists of them
    // more often than of any others, so all of them count as wide.
    let nodes = Int64(clamping: max(512, 8 * count))
    let wide = layer == 1 || layer == layers ? 1 : Self.largest / nodes
    var missing: UInt64 = 0
    for row in 0..<count {
      for word in 0..<words {
        var (edges, wides, strongs) = (UInt64(0), UInt64(0), UInt64(0))
        for column in word << 6..<min(count, (word + 1) << 6) {
          let unit = units[row * count + column]
          edges |= (unit > 0 ? 1 : 0) &<< UInt64(column & 63)
          wides |= (unit >= wide ? 1 : 0) &<< UInt64(column & 63)
          strongs |= (unit >= Self.largest / 8 ? 1 : 0) &<< UInt64(column & 63)
        }
        if row >> 6 == word { strongs &= ~bit(row) }
        let set = start + row * words + word
        byRow[set] = edges
        missing |= ~edges & (~0 >> UInt64(truncatingIfNeeded: 64 - min(64, count - word << 6)))
        wideByRow[set] = wides
        strongByRow[set] = strongs
        while strongs != 0 {
          let column = word << 6 + strongs.trailingZeroBitCount
          strongs &= strongs &- 1
          strongByColumn[column * words + row >> 6] |= bit(row)
        }
      }
    }
    isComplete[layer - 1] = missing == 0
  }

  /// What the edges out of a node of the last layer carry together.
  func outflow(of source: Int) -> Int64 {
    let row = units + ((layers - 1) * count + source) * count
    var sum: Int64 = 0
    for column in 0..<count { sum += row[column] }
    return sum
  }

  /// What the edges into an input node carry together.
  func inflow(of sink: Int) -> Int64 {
    var sum: Int64 = 0
    for row in 0..<count { sum += units[row * count + sink] }
    return sum
  }
}

/// The word with only the bit of a node.
@inline(__always)
func bit(_ node: Int) -> UInt64 { 1 << UInt64(truncatingIfNeeded: node & 63) }
