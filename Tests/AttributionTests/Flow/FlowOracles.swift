import Foundation
import TestSupport

/// The networks and flows of `Tests/Fixtures/flow/flow.json` (scipy's and networkx's).
struct GoldenFlow: Decodable {
  struct Case: Decodable {
    let name: String
    let count: Int
    let layers: [[Double]]
    let flows: [String: [Double]]
  }

  let cases: [Case]

  static func load() throws -> [Case] {
    let tests = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let file = tests.appendingPathComponent("Fixtures/flow/flow.json")
    return try JSONDecoder().decode(GoldenFlow.self, from: Data(contentsOf: file)).cases
  }
}

/// Slow ways to the value of a maximum flow, each obvious on its own.
struct FlowOracle {
  let layers: [[Double]]
  let count: Int

  private func capacity(_ layer: Int, _ row: Int, _ column: Int) -> Double {
    layers[layer - 1][row * count + column]
  }

  /// The smallest cut by trying every set of inner nodes.
  func minimumCut(source: Int, sink: Int) -> Double {
    let inner = (layers.count - 1) * count
    var smallest = Double.infinity
    for chosen in 0..<1 << inner {
      // Only the source stands above the cut in the last layer, and only the sink below it in
      // layer 0: every other end has nothing to cut.
      func isAbove(_ layer: Int, _ node: Int) -> Bool {
        if layer == layers.count { return node == source }
        if layer == 0 { return node != sink }
        return chosen >> ((layer - 1) * count + node) & 1 == 1
      }
      var cut = 0.0
      for layer in 1...layers.count {
        for row in 0..<count where isAbove(layer, row) {
          for column in 0..<count where !isAbove(layer - 1, column) {
            cut += capacity(layer, row, column)
          }
        }
      }
      smallest = min(smallest, cut)
    }
    return smallest
  }

  /// Augmenting paths by breadth-first search on a plain matrix (Edmonds & Karp 1972), in doubles.
  func augmentingPaths(source: Int, sink: Int) -> Double {
    let nodes = (layers.count + 1) * count
    var left: [[Int: Double]] = Array(repeating: [:], count: nodes)
    for layer in 1...layers.count {
      for row in 0..<count {
        for column in 0..<count where capacity(layer, row, column) > 0 {
          let (from, to) = (layer * count + row, (layer - 1) * count + column)
          left[from][to, default: 0] += capacity(layer, row, column)
          left[to][from, default: 0] += 0
        }
      }
    }
    let start = layers.count * count + source
    var flow = 0.0
    while true {
      var parent = [Int](repeating: -1, count: nodes)
      parent[start] = start
      var queue = [start]
      var head = 0
      while head < queue.count, parent[sink] < 0 {
        let node = queue[head]
        head += 1
        for (next, capacity) in left[node] where capacity > 1e-13 && parent[next] < 0 {
          parent[next] = node
          queue.append(next)
        }
      }
      guard parent[sink] >= 0 else { return flow }
      var path = [sink]
      while path[path.count - 1] != start { path.append(parent[path[path.count - 1]]) }
      let steps = zip(path.dropFirst(), path).map { ($0, $1) }
      let amount = steps.map { left[$0][$1] ?? 0 }.min() ?? 0
      for (from, to) in steps {
        left[from][to, default: 0] -= amount
        left[to][from, default: 0] += amount
      }
      flow += amount
    }
  }
}

/// Random attention: ½·softmax(sharpness·noise) + ½·I, causal when asked.
func randomAttention(
  _ layerCount: Int, _ count: Int, sharpness: Float, isCausal: Bool = false, seed: UInt64
) -> [[Double]] {
  var numbers = TestNumbers(seed: seed)
  return (0..<layerCount).map { _ in
    var layer = [Double](repeating: 0, count: count * count)
    for row in 0..<count {
      let visible = isCausal ? row + 1 : count
      let powers = numbers.floats(visible, in: -3...3).map { exp(Double(sharpness * $0)) }
      let total = powers.reduce(0, +)
      for column in 0..<visible { layer[row * count + column] = powers[column] / total / 2 }
      layer[row * count + row] += 0.5
    }
    return layer
  }
}

/// Random permutations with little besides: ½·(permutation, all but `rest`) + ½·I.
func nearPermutations(_ layerCount: Int, _ count: Int, rest: Double, seed: UInt64) -> [[Double]] {
  var numbers = TestNumbers(seed: seed)
  return (0..<layerCount).map { _ in
    let keys = numbers.floats(count, in: 0...1)
    let partners = keys.indices.sorted { keys[$0] < keys[$1] }
    return (0..<count * count).map { index in
      let (row, column) = (index / count, index % count)
      let attention = column == partners[row] ? 1 - rest : rest / Double(count - 1)
      return 0.5 * attention + (row == column ? 0.5 : 0)
    }
  }
}
