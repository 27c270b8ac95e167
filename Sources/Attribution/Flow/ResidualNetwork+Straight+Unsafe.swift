/// Flow that stays at a position through several layers.
extension ResidualNetwork {
  /// Sends `amount` more straight down from (top, node) to (bottom, node).
  @inline(__always)
  func pushStraight(_ amount: Int64, node: Int, from top: Int, to bottom: Int) {
    let nodeBit = bit(node)
    var index = edge(top, node, node)
    var word = set(top, node) + node >> 6
    for _ in bottom..<top {
      let left = residual[index] - amount
      residual[index] = left
      usedByRow[word] |= nodeBit
      usedByColumn[word] |= nodeBit
      if left == 0 {
        openByRow[word] &= ~nodeBit
        openByColumn[word] &= ~nodeBit
      }
      index -= count * count
      word -= count * words
    }
  }

  /// Fills an empty network with what goes from the source to any position of the layer below,
  /// straight down from there and on to the sink; returns the flow.
  func pushStraight(source: Int, sink: Int) -> Int64 {
    words == 1
      ? narrow.allStraight(source: source, sink: sink) : allStraight(source: source, sink: sink)
  }

  @inline(__always)
  private func allStraight(source: Int, sink: Int) -> Int64 {
    guard layers > 1 else { return 0 }
    var flow: Int64 = 0
    for node in 0..<count {
      let ends = min(capacity[edge(layers, source, node)], capacity[edge(1, node, sink)])
      let amount = min(ends, straight[node])
      if amount == 0 { continue }
      push(amount, layer: layers, row: source, column: node)
      pushStraight(amount, node: node, from: layers - 1, to: 1)
      push(amount, layer: 1, row: node, column: sink)
      flow += amount
    }
    return flow
  }
}
