import Tensors

/// The capacities of a layered network in fixed point, and which edges exist; shared by solvers.
///
/// Layer l (1...layers) holds the edges from the nodes (l, i) down to the nodes (l − 1, j).
///
/// Exactness: a solver works on whole numbers of `quantum` and makes no error of its own. A
/// capacity is off by at most half a quantum, 2⁻⁴⁵ of the largest capacity, and the value of a
/// flow (the smallest cut) by at most that times the edges of a cut: below 1e-7 for 12 layers of
/// 128 nodes even if every edge were cut and every rounding went the same way.
final class FlowCapacities: @unchecked Sendable {
  /// Nodes in each of the layers 0...layers.
  let count: Int
  let layers: Int
  /// The words of a set of nodes of one layer.
  let words: Int
  /// The value of one unit of capacity.
  let quantum: Double
  /// `[layer − 1][i][j]`, in quanta.
  let units: UnsafeMutablePointer<Int64>
  /// `[layer − 1][i][word]`: the columns with an edge from row i.
  let edgesByRow: UnsafeMutablePointer<UInt64>
  /// The same for *wide* edges, those of at least 1/(8·count) of the largest capacity, and all of
  /// the first and the last layer.
  let wideByRow: UnsafeMutablePointer<UInt64>
  /// The same for *strong* edges, those between different positions of at least 1/8 of the largest
  /// capacity; then by column.
  let strongByRow: UnsafeMutablePointer<UInt64>
  let strongByColumn: UnsafeMutablePointer<UInt64>

  var edgeCount: Int { layers * count * count }
  var setWords: Int { layers * count * words }

  /// - Parameter capacities: `[count, count]` row-major a layer, the one closest to the input first.
  /// - Throws: `AssayError` when there is no layer or no node, a layer has another size, or a
  ///   capacity is negative or not finite.
  init(_ capacities: [[Double]], count: Int) throws(AssayError) {
    let largest = try Self.largest(capacities, count: count)
    let (layers, words) = (capacities.count, (count + 63) / 64)
    let sets = layers * count * words
    // All edges of a node together stay below 2^63 for any length that fits in memory.
    let scale = largest > 0 ? 0x1p44 / largest : 1
    self.count = count
    self.layers = layers
    self.words = words
    quantum = 1 / scale
    units = .allocate(capacity: layers * count * count)
    edgesByRow = .allocate(capacity: 4 * sets)
    edgesByRow.initialize(repeating: 0, count: 4 * sets)
    wideByRow = edgesByRow + sets
    strongByRow = wideByRow + sets
    strongByColumn = strongByRow + sets
    for (layer, values) in capacities.enumerated() {
      values.withUnsafeBufferPointer { values in
        guard let values = values.baseAddress else { return }
        let units = units + layer * count * count
        for index in 0..<count * count {
          // The sum has its last bit at 1, so that adding rounds and the mantissa is the number.
          let shifted = (values[index] * scale + 0x1p52).bitPattern
          units[index] = Int64(shifted & (1 << 52 - 1))
        }
      }
      fill(layer)
    }
  }

  /// Writes the sets of the edges of a layer.
  private func fill(_ layer: Int) {
    // The compiler would read the members again after every store.
    let (count, words) = (count, words)
    let units = units + layer * count * count
    let start = layer * count * words
    let (edgesByRow, wideByRow) = (edgesByRow + start, wideByRow + start)
    let (strongByRow, strongByColumn) = (strongByRow + start, strongByColumn + start)
    // Paths end in edges of the first layer and start in edges of the last: a cut consists of them
    // more often than of any others, so all of them count as wide.
    let isOuter = layer == 0 || layer == layers - 1
    let wide = isOuter ? 1 : Int64(0x1p44 / Double(8 * count))
    let strong: Int64 = 1 << 41
    for row in 0..<count {
      let rowUnits = units + row * count
      for word in 0..<words {
        var (edges, wides, strongs) = (UInt64(0), UInt64(0), UInt64(0))
        for column in word << 6..<min(count, (word + 1) << 6) {
          let unit = rowUnits[column]
          edges |= (unit > 0 ? 1 : 0) &<< UInt64(column & 63)
          wides |= (unit >= wide ? 1 : 0) &<< UInt64(column & 63)
          strongs |= (unit >= strong ? 1 : 0) &<< UInt64(column & 63)
        }
        if row >> 6 == word { strongs &= ~bit(row) }
        edgesByRow[row * words + word] = edges
        wideByRow[row * words + word] = wides
        strongByRow[row * words + word] = strongs
        while strongs != 0 {
          let column = word << 6 + strongs.trailingZeroBitCount
          strongs &= strongs &- 1
          strongByColumn[column * words + row >> 6] |= bit(row)
        }
      }
    }
  }

  deinit {
    units.deallocate()
    edgesByRow.deallocate()
  }

  private static func largest(_ capacities: [[Double]], count: Int) throws(AssayError) -> Double {
    guard count > 0, !capacities.isEmpty else {
      throw AssayError(
        .shape, "capacities", expected: "at least one layer and one node",
        found: "\(capacities.count) layers of \(count) nodes")
    }
    // Numbers ≥ 0 have the order of their bits, in which infinity, NaN and all negative numbers
    // come last; adding 0 turns −0 into 0.
    var largest: UInt64 = 0
    for (index, layer) in capacities.enumerated() {
      guard layer.count == count * count else {
        throw AssayError(
          .shape, "capacities of layer \(index)", expected: "\(count)×\(count) values",
          found: "\(layer.count)")
      }
      for capacity in layer { largest = max(largest, (capacity + 0).bitPattern) }
      if largest >= Double.infinity.bitPattern {
        let bad = layer.first { !($0 >= 0 && $0 < .infinity) } ?? .nan
        throw AssayError(
          .numeric, "capacities of layer \(index)", expected: "finite numbers ≥ 0",
          found: "\(bad)")
      }
    }
    return Double(bitPattern: largest)
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
