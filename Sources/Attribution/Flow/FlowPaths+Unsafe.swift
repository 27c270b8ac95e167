import Kernels

/// Maximum flows from a node of the last layer to input nodes (Dinic 1970), one pair at a time.
///
/// First every position takes what goes straight down to it and on to the sink. Then a round
/// measures distances to the sink and saturates all shortest paths in one depth-first search, in
/// which a node spreads what it is offered over its usable edges. Rounds over wide edges alone come
/// first: they carry nearly all of the flow, so that the many edges of negligible capacity are
/// touched only where a cut consists of them.
final class FlowPaths {
  private struct Frame {
    var layer: Int
    var node: Int
    /// What the node was offered, and what it has passed on so far.
    var offered: Int64
    var passed: Int64
  }

  private let edges: FlowEdges
  private let network: ResidualNetwork
  private var levels: FlowLevels
  private var frames: UnsafeMutablePointer<Frame>
  private var depthLimit: Int
  private let poll: Poll?

  init(_ edges: FlowEdges, poll: Poll?) {
    self.edges = edges
    self.poll = poll
    network = ResidualNetwork(edges)
    levels = FlowLevels(layers: edges.layers, words: edges.words)
    depthLimit = 2 * edges.layers + 8
    frames = .allocate(capacity: depthLimit)
  }

  deinit {
    network.deallocate()
    levels.deallocate()
    frames.deallocate()
  }

  /// The largest flow from `source` to `sink`, in quanta.
  ///
  /// Reaching `bound`, which no flow exceeds, proves it maximal; otherwise the search ends when no
  /// path is left.
  func maximumFlow(source: Int, sink: Int, bound: Int64) -> Int64 {
    network.clear()
    var flow = network.pushStraight(source: source, sink: sink)
    improve(&flow, source, sink, bound, byRow: edges.wideByRow, byColumn: network.wideByColumn)
    improve(&flow, source, sink, bound, byRow: network.openByRow, byColumn: network.openByColumn)
    return flow
  }

  /// Adds paths over admitted edges until the flow reaches its bound or none is left.
  private func improve(
    _ flow: inout Int64, _ source: Int, _ sink: Int, _ bound: Int64,
    byRow: UnsafePointer<UInt64>, byColumn: UnsafePointer<UInt64>
  ) {
    while flow < bound, poll?.check() ?? true,
      let distance = levels.measure(network, admitted: byColumn, source: source, sink: sink)
    {
      flow += saturate(source: source, distance: distance, offered: bound - flow, admitted: byRow)
    }
  }

  /// Sends as much of `offered` as the shortest paths take.
  private func saturate(
    source: Int, distance: Int, offered: Int64, admitted: UnsafePointer<UInt64>
  ) -> Int64 {
    if distance >= depthLimit {
      frames.deallocate()
      depthLimit = 2 * distance
      frames = .allocate(capacity: depthLimit)
    }
    return network.words == 1
      ? search(network.narrow, source: source, distance: distance, offered, admitted)
      : search(network, source: source, distance: distance, offered, admitted)
  }

  @inline(__always)
  private func search(
    _ network: ResidualNetwork, source: Int, distance: Int, _ offered: Int64,
    _ admitted: UnsafePointer<UInt64>
  ) -> Int64 {
    let (levels, frames) = (levels, frames)
    let search = FlowSearch(network: network, levels: levels, admitted: admitted)
    frames[0] = Frame(layer: network.layers, node: source, offered: offered, passed: 0)
    var depth = 0
    var distance = distance
    var steps = 0
    while true {
      steps &+= 1
      if steps & 0x3FFF == 0, let poll, !poll.check() { return 0 }
      let (layer, node) = (frames[depth].layer, frames[depth].node)
      let rest = frames[depth].offered - frames[depth].passed
      if rest > 0 {
        if layer > 0, let next = search.below(layer, node, distance: distance - 1) {
          var amount = min(rest, network.residual[network.edge(layer, node, next)])
          if distance == 1 {
            network.push(amount, layer: layer, row: node, column: next)
            frames[depth].passed += amount
            continue
          }
          let landing = search.straightDown(from: layer - 1, next, distance: distance - 1, &amount)
          distance -= layer - landing
          depth += 1
          frames[depth] = Frame(layer: landing, node: next, offered: amount, passed: 0)
          continue
        }
        if layer < network.layers, let next = search.above(layer, node, distance: distance - 1) {
          let index = network.edge(layer + 1, next, node)
          let carried = network.capacity[index] - network.residual[index]
          depth += 1
          distance -= 1
          frames[depth] = Frame(
            layer: layer + 1, node: next, offered: min(rest, carried), passed: 0)
          continue
        }
        if depth > 0 {
          let nodes = levels.nodes(distance: distance, layer: layer, words: network.words)
          nodes[node >> 6] &= ~bit(node)
        }
      }
      let passed = frames[depth].passed
      if depth == 0 { return passed }
      depth -= 1
      let (parentLayer, parent) = (frames[depth].layer, frames[depth].node)
      distance += abs(parentLayer - layer)
      guard passed > 0 else { continue }
      frames[depth].passed += passed
      if parentLayer < layer {
        network.cancel(passed, layer: layer, row: node, column: parent)
      } else {
        network.push(passed, layer: parentLayer, row: parent, column: node)
        network.pushStraight(passed, node: node, from: parentLayer - 1, to: layer)
      }
    }
  }
}

/// Which nodes a depth-first search may go to next.
struct FlowSearch {
  let network: ResidualNetwork
  let levels: FlowLevels
  /// By row, the edges that may be walked down.
  let admitted: UnsafePointer<UInt64>

  /// A node of the layer below that can still take flow, along an open edge; the same position
  /// first, because residual connections are wide.
  @inline(__always)
  func below(_ layer: Int, _ node: Int, distance: Int) -> Int? {
    if opensStraightDown(layer, node, distance: distance) { return node }
    let start = network.set(layer, node)
    let nodes = levels.nodes(distance: distance, layer: layer - 1, words: network.words)
    for word in 0..<network.words {
      let usable = network.openByRow[start + word] & admitted[start + word] & nodes[word]
      if usable != 0 { return word << 6 + usable.trailingZeroBitCount }
    }
    return nil
  }

  /// True when flow can go from a node to the same position in the layer below.
  @inline(__always)
  func opensStraightDown(_ layer: Int, _ node: Int, distance: Int) -> Bool {
    let word = network.set(layer, node) + node >> 6
    let nodes = levels.nodes(distance: distance, layer: layer - 1, words: network.words)
    return network.openByRow[word] & admitted[word] & nodes[node >> 6] & bit(node) != 0
  }

  /// The layer (1 or above) to which flow can go straight down; lowers `amount` to what can pass.
  @inline(__always)
  func straightDown(from layer: Int, _ node: Int, distance: Int, _ amount: inout Int64) -> Int {
    let nodeBit = bit(node)
    var landing = layer
    var index = network.edge(layer, node, node)
    var word = network.set(layer, node) + node >> 6
    var nodes = levels.nodes(distance: distance - 1, layer: layer - 1, words: network.words)
    nodes += node >> 6
    let step = network.words
    while landing > 1, network.openByRow[word] & admitted[word] & nodes[0] & nodeBit != 0 {
      amount = min(amount, network.residual[index])
      index -= network.count * network.count
      word -= network.count * step
      nodes -= levels.stride + step
      landing -= 1
    }
    return landing
  }

  /// A node of the layer above that can still take flow back, along a used edge.
  @inline(__always)
  func above(_ layer: Int, _ node: Int, distance: Int) -> Int? {
    let start = network.set(layer + 1, node)
    let nodes = levels.nodes(distance: distance, layer: layer + 1, words: network.words)
    for word in 0..<network.words {
      let usable = network.usedByColumn[start + word] & nodes[word]
      if usable != 0 { return word << 6 + usable.trailingZeroBitCount }
    }
    return nil
  }
}
