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
  /// `[layer − 1][i][word]`: the columns with an edge from row i; then the same by column.
  let edgesByRow: UnsafeMutablePointer<UInt64>
  let edgesByColumn: UnsafeMutablePointer<UInt64>
  /// The same for *wide* edges, those of at least 1/(8·count) of the largest capacity, and all of
  /// the first and the last layer.
  let wideByRow: UnsafeMutablePointer<UInt64>
  let wideByColumn: UnsafeMutablePointer<UInt64>

  var edgeCount: Int { layers * count * count }
  var setWords: Int { layers * count * words }

  /// - Parameter capacities: `[count, count]` row-major a layer, the one closest to the input first.
  /// - Throws: `AssayError` when there is no layer or no node, a layer has another size, or a
  ///   capacity is negative or not finite.
  init(_ capacities: [[Float]], count: Int) throws(AssayError) {
    let largest = try Self.largest(capacities, count: count)
    let (layers, words) = (capacities.count, (count + 63) / 64)
    let sets = layers * count * words
    // All edges of a node together stay below 2^63 for any length that fits in memory.
    let scale = largest > 0 ? 0x1p44 / Double(largest) : 1
    let wide = Int64(0x1p44 / Double(8 * count))
    self.count = count
    self.layers = layers
    self.words = words
    quantum = 1 / scale
    units = .allocate(capacity: layers * count * count)
    edgesByRow = .allocate(capacity: sets)
    edgesByColumn = .allocate(capacity: sets)
    wideByRow = .allocate(capacity: sets)
    wideByColumn = .allocate(capacity: sets)
    for family in [edgesByRow, edgesByColumn, wideByRow, wideByColumn] {
      family.initialize(repeating: 0, count: sets)
    }
    for (layer, values) in capacities.enumerated() {
      // Paths end in edges of the first layer and start in edges of the last: a cut consists of
      // them more often than of any others, so all of them count as wide.
      let limit = layer == 0 || layer == layers - 1 ? 1 : wide
      values.withUnsafeBufferPointer { values in
        guard let values = values.baseAddress else { return }
        fill(layer, values, scale: scale, wide: limit)
      }
    }
  }

  /// Writes the units of a layer and the sets of its edges.
  private func fill(_ layer: Int, _ values: UnsafePointer<Float>, scale: Double, wide: Int64) {
    // The compiler would read the members again after every store.
    let (count, words) = (count, words)
    let units = units + layer * count * count
    let start = layer * count * words
    let (edgesByRow, edgesByColumn) = (edgesByRow + start, edgesByColumn + start)
    let (wideByRow, wideByColumn) = (wideByRow + start, wideByColumn + start)
    for index in 0..<count * count {
      (units + index).initialize(to: Int64(Double(values[index]) * scale + 0.5))
    }
    for row in 0..<count {
      let rowUnits = units + row * count
      let byColumn = edgesByColumn + row >> 6
      let wideColumn = wideByColumn + row >> 6
      let rowBit = UInt64(row & 63)
      for word in 0..<words {
        var (edges, wides) = (UInt64(0), UInt64(0))
        for column in word << 6..<min(count, (word + 1) << 6) {
          let unit = rowUnits[column]
          let (isEdge, isWide): (UInt64, UInt64) = (unit > 0 ? 1 : 0, unit >= wide ? 1 : 0)
          edges |= isEdge &<< UInt64(column & 63)
          wides |= isWide &<< UInt64(column & 63)
          byColumn[column * words] |= isEdge &<< rowBit
          wideColumn[column * words] |= isWide &<< rowBit
        }
        edgesByRow[row * words + word] = edges
        wideByRow[row * words + word] = wides
      }
    }
  }

  deinit {
    units.deallocate()
    for family in [edgesByRow, edgesByColumn, wideByRow, wideByColumn] { family.deallocate() }
  }

  private static func largest(_ capacities: [[Float]], count: Int) throws(AssayError) -> Float {
    guard count > 0, !capacities.isEmpty else {
      throw AssayError(
        .shape, "capacities", expected: "at least one layer and one node",
        found: "\(capacities.count) layers of \(count) nodes")
    }
    var largest: Float = 0
    for (index, layer) in capacities.enumerated() {
      guard layer.count == count * count else {
        throw AssayError(
          .shape, "capacities of layer \(index)", expected: "\(count)×\(count) values",
          found: "\(layer.count)")
      }
      for capacity in layer {
        guard capacity >= 0, capacity < .infinity else {
          throw AssayError(
            .numeric, "capacities of layer \(index)", expected: "finite numbers ≥ 0",
            found: "\(capacity)")
        }
        if capacity > largest { largest = capacity }
      }
    }
    return largest
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
