/// Proves that a flow reaches its bound, where it does, without searching for paths.
///
/// No flow exceeds what leaves the source towards the sink, the *supply*, or what enters the sink
/// from nodes below the source, the *demand*. The supply is poured down layer by layer and spreads
/// over the positions; the demand is pulled up layer by layer towards the supply of each layer
/// (`FlowExchange`). As soon as one of them covers the other at every node of a layer, a flow of the
/// smaller sum exists: the upper layers carry the supply, the lower ones the demand.
///
/// The supply serves all sinks that are reached through the same nodes: of dense attention, all.
final class FlowBalance {
  struct Outcome {
    /// What no flow exceeds.
    var bound: Int64
    /// True when a flow of `bound` was found.
    var isReached: Bool
  }

  private let edges: FlowEdges
  private let exchange: FlowExchange
  /// `[layer − 1][node]`: what arrives at the nodes of the layers 1...layers − 1.
  private let supply: UnsafeMutablePointer<Int64>
  private let demand: UnsafeMutablePointer<Int64>
  /// `[layer − 1][word]`: the nodes reached from the source; those on paths to the sink, and those
  /// that the supply was poured through.
  private let reached: UnsafeMutablePointer<UInt64>
  private let useful: UnsafeMutablePointer<UInt64>
  private let poured: UnsafeMutablePointer<UInt64>
  private var source = -1
  private var supplied: Int64 = 0
  private var isPoured = false

  init(_ edges: FlowEdges) {
    self.edges = edges
    exchange = FlowExchange(edges)
    let (nodes, sets) = (edges.layers * edges.count, edges.layers * edges.words)
    supply = .allocate(capacity: nodes + edges.count)
    supply.initialize(repeating: 0, count: nodes + edges.count)
    demand = supply + nodes
    reached = .allocate(capacity: 3 * sets)
    reached.initialize(repeating: 0, count: 3 * sets)
    useful = reached + sets
    poured = useful + sets
  }

  deinit {
    supply.deallocate()
    reached.deallocate()
    exchange.deallocate()
  }

  /// What bounds the flow from `source` to `sink`, and whether a flow reaches it.
  func attempt(source: Int, sink: Int) -> Outcome {
    let layers = edges.layers
    if layers == 1 {
      return Outcome(bound: edges.units[source * edges.count + sink], isReached: true)
    }
    return edges.words == 1
      ? attempt(source, sink, words: 1) : attempt(source, sink, words: edges.words)
  }

  @inline(__always)
  private func attempt(_ source: Int, _ sink: Int, words: Int) -> Outcome {
    let (count, layers) = (edges.count, edges.layers)
    let isNew = source != self.source
    if isNew { reach(from: source, words: words) }
    let demanded = trace(to: sink, words: words)
    var isSame = !isNew
    for index in 0..<(layers - 1) * words { isSame = isSame && useful[index] == poured[index] }
    if !isSame { pour(from: source, words: words) }
    let bound = min(supplied, demanded)
    if !isPoured { return Outcome(bound: bound, isReached: false) }
    var layer = 1
    while true {
      let here = supply + (layer - 1) * count
      let (isOver, isUnder) = exchange.compare(demand, here, words: words)
      if !isOver || !isUnder { return Outcome(bound: bound, isReached: true) }
      layer += 1
      if layer == layers { return Outcome(bound: bound, isReached: false) }
      let fits = exchange.step(
        demand, towards: here + count, layer: layer, through: useful + (layer - 1) * words,
        isDownwards: false, words: words)
      if !fits { return Outcome(bound: bound, isReached: false) }
    }
  }

  /// Marks what the source reaches.
  @inline(__always)
  private func reach(from source: Int, words: Int) {
    let (count, layers) = (edges.count, edges.layers)
    self.source = source
    let first = edges.byRow + ((layers - 1) * count + source) * words
    (reached + (layers - 2) * words).update(from: first, count: words)
    for layer in stride(from: layers - 1, through: 2, by: -1) {
      let (above, below) = (reached + (layer - 1) * words, reached + (layer - 2) * words)
      below.update(repeating: 0, count: words)
      let edges = edges.byRow + (layer - 1) * count * words
      for row in 0..<count where above[row >> 6] & bit(row) != 0 {
        for word in 0..<words { below[word] |= edges[row * words + word] }
      }
    }
  }

  /// Marks the nodes on paths to the sink and writes what they can give it; returns the sum.
  @inline(__always)
  private func trace(to sink: Int, words: Int) -> Int64 {
    let (count, layers) = (edges.count, edges.layers)
    var sum: Int64 = 0
    for word in 0..<words {
      var set: UInt64 = 0
      for row in word << 6..<min(count, (word + 1) << 6) {
        let isReached = reached[word] >> UInt64(row & 63) & 1 == 1
        let unit = isReached ? edges.units[row * count + sink] : 0
        demand[row] = unit
        sum += unit
        set |= (unit > 0 ? 1 : 0) &<< UInt64(row & 63)
      }
      useful[word] = set
    }
    for layer in 1..<layers - 1 {
      let rows = edges.byRow + layer * count * words
      let (below, here) = (useful + (layer - 1) * words, useful + layer * words)
      if edges.isComplete[layer], sum > 0 {
        here.update(from: reached + layer * words, count: words)
        continue
      }
      for word in 0..<words {
        var set: UInt64 = 0
        for row in word << 6..<min(count, (word + 1) << 6) {
          var meets: UInt64 = 0
          for other in 0..<words { meets |= rows[row * words + other] & below[other] }
          set |= (meets != 0 ? 1 : 0) &<< UInt64(row & 63)
        }
        here[word] = set & reached[layer * words + word]
      }
    }
    return sum
  }

  /// Lets what leaves the source flow down, spread evenly over the useful nodes of each layer.
  @inline(__always)
  private func pour(from source: Int, words: Int) {
    let (count, layers) = (edges.count, edges.layers)
    poured.update(from: useful, count: (layers - 1) * words)
    let row = edges.units + ((layers - 1) * count + source) * count
    let first = supply + (layers - 2) * count
    let isUseful = useful + (layers - 2) * words
    supplied = 0
    for node in 0..<count {
      first[node] = isUseful[node >> 6] & bit(node) != 0 ? row[node] : 0
      supplied += first[node]
    }
    isPoured = true
    for layer in stride(from: layers - 1, through: 2, by: -1) where isPoured {
      let (above, here) = (supply + (layer - 1) * count, supply + (layer - 2) * count)
      here.update(from: above, count: count)
      let below = useful + (layer - 2) * words
      isPoured = exchange.spread(here, over: below, total: supplied, layer: layer, words: words)
    }
  }
}
