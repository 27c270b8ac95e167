/// Distances to the sink in a residual network: one set of nodes for each distance and layer.
///
/// A search walks from the sink upwards. The nodes at distance d + 1 are those not seen yet with an
/// open edge down to, or a used edge up from, a node at distance d.
struct FlowLevels {
  /// The words of one distance: a set for each of the layers 0...layers.
  let stride: Int
  private var capacity: Int
  private var sets: UnsafeMutablePointer<UInt64>
  private let unseen: UnsafeMutablePointer<UInt64>

  init(layers: Int, words: Int) {
    stride = (layers + 1) * words
    capacity = 2 * layers + 8
    sets = .allocate(capacity: capacity * stride)
    sets.initialize(repeating: 0, count: capacity * stride)
    unseen = .allocate(capacity: stride)
    unseen.initialize(repeating: 0, count: stride)
  }

  func deallocate() {
    sets.deallocate()
    unseen.deallocate()
  }

  /// The nodes of a layer at a distance from the sink; a search removes those it finds exhausted.
  @inline(__always)
  func nodes(distance: Int, layer: Int, words: Int) -> UnsafeMutablePointer<UInt64> {
    sets + (distance * stride + layer * words)
  }

  /// Measures the distances from `sink` in layer 0 until `source` in the last layer is reached.
  ///
  /// - Parameter admitted: by column, the edges that may be walked down.
  /// - Returns: the distance of the source, or nil when no path is left.
  mutating func measure(
    _ network: ResidualNetwork, admitted: UnsafePointer<UInt64>, source: Int, sink: Int
  ) -> Int? {
    network.words == 1
      ? walk(network.narrow, admitted: admitted, source: source, sink: sink)
      : walk(network, admitted: admitted, source: source, sink: sink)
  }

  @inline(__always)
  private mutating func walk(
    _ network: ResidualNetwork, admitted: UnsafePointer<UInt64>, source: Int, sink: Int
  ) -> Int? {
    let (count, layers, words) = (network.count, network.layers, network.words)
    let last: UInt64 = count & 63 == 0 ? ~0 : bit(count) &- 1
    for layer in 0..<layers {
      for word in 0..<words { unseen[layer * words + word] = word + 1 < words ? ~0 : last }
    }
    for word in 0..<words { unseen[layers * words + word] = 0 }
    unseen[layers * words + source >> 6] = bit(source)
    unseen[sink >> 6] &= ~bit(sink)
    sets.update(repeating: 0, count: stride)
    sets[sink >> 6] = bit(sink)
    var distance = 0
    while true {
      reserve(distance + 2)
      nodes(distance: distance + 1, layer: 0, words: words).update(repeating: 0, count: stride)
      var found: UInt64 = 0
      // The layer has the parity of the distance: every edge joins neighbouring layers.
      for layer in Swift.stride(from: distance & 1, through: min(layers, distance), by: 2) {
        let here = nodes(distance: distance, layer: layer, words: words)
        var any: UInt64 = 0
        for word in 0..<words { any |= here[word] }
        if any == 0 { continue }
        if layer < layers {
          let start = network.set(layer + 1, 0)
          found |= expand(
            here, into: nodes(distance: distance + 1, layer: layer + 1, words: words),
            unseen + (layer + 1) * words, network.openByColumn + start, admitted + start, words)
        }
        if layer > 0 {
          let used = network.usedByRow + network.set(layer, 0)
          found |= expand(
            here, into: nodes(distance: distance + 1, layer: layer - 1, words: words),
            unseen + (layer - 1) * words, used, used, words)
        }
      }
      distance += 1
      if nodes(distance: distance, layer: layers, words: words)[source >> 6] & bit(source) != 0 {
        return distance
      }
      if found == 0 { return nil }
    }
  }

  /// Moves every unseen neighbour of the nodes `here` to `there`; non-zero when there was one.
  @inline(__always)
  private func expand(
    _ here: UnsafePointer<UInt64>, into there: UnsafeMutablePointer<UInt64>,
    _ unseen: UnsafeMutablePointer<UInt64>, _ neighbours: UnsafePointer<UInt64>,
    _ admitted: UnsafePointer<UInt64>, _ words: Int
  ) -> UInt64 {
    var left: UInt64 = 0
    for word in 0..<words { left |= unseen[word] }
    var found: UInt64 = 0
    for word in 0..<words {
      var members = here[word]
      while members != 0, left != 0 {
        let node = (word << 6 + members.trailingZeroBitCount) * words
        members &= members &- 1
        left = 0
        for other in 0..<words {
          let new = neighbours[node + other] & admitted[node + other] & unseen[other]
          there[other] |= new
          unseen[other] &= ~new
          found |= new
          left |= unseen[other]
        }
      }
    }
    return found
  }

  private mutating func reserve(_ distances: Int) {
    guard distances > capacity else { return }
    let larger = UnsafeMutablePointer<UInt64>.allocate(capacity: 2 * capacity * stride)
    larger.initialize(repeating: 0, count: 2 * capacity * stride)
    larger.update(from: sets, count: capacity * stride)
    sets.deallocate()
    sets = larger
    capacity *= 2
  }
}
