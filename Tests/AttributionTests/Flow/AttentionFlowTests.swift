import Kernels
import Tensors
import TestSupport
import Testing

@testable import Attribution

@Suite struct AttentionFlowTests {
  /// Oracle: scipy's integer flows at 2⁻³⁰, checked against networkx where the network is small.
  @Test func flowsEqualTheIntegerScaledSolverToOneInAMillion() throws {
    for golden in try GoldenFlow.load() {
      for (source, expected) in golden.flows {
        let found = try AttentionFlow.maximumFlow(
          layers: golden.layers, count: golden.count, source: try #require(Int(source)))
        for (sink, value) in expected.enumerated() {
          #expect(abs(found[sink] - value) < 1e-6, "\(golden.name), \(source) to \(sink)")
        }
      }
    }
  }

  /// Oracle: the smallest of all cuts, on networks with up to 2⁹ of them.
  @Test func flowsEqualTheSmallestCut() throws {
    for (layers, count) in [(1, 3), (2, 4), (3, 3), (4, 3), (5, 2), (4, 1)] {
      for sharpness: Float in [0.2, 1, 4] {
        let attention = randomAttention(
          layers, count, sharpness: sharpness, isCausal: sharpness == 1, seed: UInt64(layers))
        let oracle = FlowOracle(layers: attention, count: count)
        let sources = Array(0..<count)
        let found = try AttentionFlow.maximumFlows(
          layers: attention, count: count, sources: sources)
        for source in sources {
          for sink in sources {
            let cut = oracle.minimumCut(source: source, sink: sink)
            #expect(abs(found[source * count + sink] - cut) < 1e-12, "\(source) to \(sink)")
          }
        }
      }
    }
  }

  /// Closed form: through two layers every inner node is a path of its own, Σ_i min(into, out of i);
  /// on layers that fill one, two and three words of a set.
  @Test(arguments: [64, 65, 128, 130]) func twoLayersAreASumOfMinima(_ count: Int) throws {
    let attention = randomAttention(2, count, sharpness: 2, seed: UInt64(count))
    let source = count - 2
    let found = try AttentionFlow.maximumFlow(layers: attention, count: count, source: source)
    for sink in 0..<count {
      let paths = (0..<count).map { node in
        min(attention[1][source * count + node], attention[0][node * count + sink])
      }
      #expect(abs(found[sink] - paths.reduce(0, +)) < 1e-10, "to \(sink)")
    }
  }

  /// Oracle: Edmonds & Karp in doubles, where a set takes two words.
  @Test(arguments: [false, true]) func wideLayersEqualAugmentingPaths(_ isCausal: Bool) throws {
    let count = 65
    let attention = randomAttention(3, count, sharpness: 2, isCausal: isCausal, seed: 4)
    let oracle = FlowOracle(layers: attention, count: count)
    let found = try AttentionFlow.maximumFlow(layers: attention, count: count, source: 64)
    for sink in [3, 64] {
      #expect(abs(found[sink] - oracle.augmentingPaths(source: 64, sink: sink)) < 1e-9)
    }
  }

  /// Metamorphic: capacities without a diagonal, with zero rows and above one keep the oracle's
  /// value, and twice the capacities carry twice the flow.
  @Test func anyCapacitiesWillDo() throws {
    var numbers = TestNumbers(seed: 5)
    let count = 9
    let layers = (0..<4).map { _ in
      numbers.floats(count * count, in: -2...3).map { max(0, Double($0)) }
    }
    let oracle = FlowOracle(layers: layers, count: count)
    let found = try AttentionFlow.maximumFlow(layers: layers, count: count, source: 4)
    let doubled = try AttentionFlow.maximumFlow(
      layers: layers.map { $0.map { 2 * $0 } }, count: count, source: 4)
    for sink in 0..<count {
      #expect(abs(found[sink] - oracle.augmentingPaths(source: 4, sink: sink)) < 1e-9)
      #expect(doubled[sink] == 2 * found[sink])
    }
    let nothing = [Double](repeating: 0, count: 4)
    #expect(try AttentionFlow.maximumFlow(layers: [nothing], count: 2, source: 0) == [0, 0])
  }

  /// Oracle: shortest augmenting paths over the same whole numbers; a maximum is one number, so the
  /// flows equal it bit for bit whichever way they were found, through dense, peaked, causal and
  /// nearly permuting layers, with and without the residual connection.
  @Test func flowsEqualWholeNumberAugmentingPathsBitForBit() throws {
    let networks: [(count: Int, layers: [[Double]])] = [
      (12, randomAttention(6, 12, sharpness: 0.3, seed: 31)),
      (12, randomAttention(7, 12, sharpness: 3, seed: 32)),
      (12, randomAttention(6, 12, sharpness: 1, isCausal: true, seed: 33)),
      (9, randomAttention(5, 9, sharpness: 4, isCausal: true, seed: 34)),
      (12, nearPermutations(7, 12, rest: 0.02, seed: 35)),
      (12, nearPermutations(5, 12, rest: 0, seed: 36)),
      (66, randomAttention(4, 66, sharpness: 0.3, seed: 37)),
      (
        9,
        randomAttention(5, 9, sharpness: 2, seed: 38).map { layer in
          layer.indices.map { layer[$0] - ($0 / 9 == $0 % 9 ? 0.5 : 0) }
        }
      ),
    ]
    for (number, network) in networks.enumerated() {
      let (count, layers) = network
      let largest = layers.joined().max() ?? 0
      let whole = layers.map { $0.map { ($0 * (0x1p44 / largest)).rounded() } }
      let oracle = FlowOracle(layers: whole, count: count)
      let sources = count > 12 ? [7] : Array(stride(from: 1, to: count, by: 3))
      let sinks = count > 12 ? [0, 65] : Array(0..<count)
      let found = try AttentionFlow.maximumFlows(layers: layers, count: count, sources: sources)
      for (rank, source) in sources.enumerated() {
        for sink in sinks {
          let units = oracle.augmentingPaths(source: source, sink: sink)
          let expected = units * (1 / (0x1p44 / largest))
          #expect(
            found[rank * count + sink] == expected, "network \(number): \(source) to \(sink)")
        }
      }
    }
  }

  /// METHODS, section 1: flow is bounded by what leaves the source and enters the sink, and dense
  /// attention of twelve layers reaches the bound everywhere, whatever the source.
  @Test func deepDenseFlowReachesItsBound() throws {
    let count = 40
    let layers = randomAttention(12, count, sharpness: 0.2, seed: 8)
    let inflow = (0..<count).map { column in
      (0..<count).reduce(0.0) { $0 + layers[0][$1 * count + column] }
    }
    for source in [0, 17] {
      let row = layers[11][source * count..<(source + 1) * count]
      let outflow = row.reduce(0, +)
      let found = try AttentionFlow.maximumFlow(layers: layers, count: count, source: source)
      for sink in 0..<count { #expect(abs(found[sink] - min(outflow, inflow[sink])) < 1e-12) }
    }
  }

  /// Closed form: a causal model reaches the last position only by staying there, and no later one.
  @Test func causalFlowStaysInTheReceptiveField() throws {
    let count = 12
    let layers = randomAttention(5, count, sharpness: 1, isCausal: true, seed: 3)
    let source = 8
    let found = try AttentionFlow.maximumFlow(layers: layers, count: count, source: source)
    let diagonal = layers.map { $0[source * count + source] }.min()
    #expect(abs(found[source] - (diagonal ?? 0)) < 1e-12)
    #expect(found[(source + 1)...].allSatisfy { $0 == 0 })
  }

  /// Metamorphic: renaming the positions renames the flows, bit for bit.
  @Test func renamingPositionsRenamesTheFlow() throws {
    let count = 13
    let layers = randomAttention(6, count, sharpness: 3, seed: 21)
    let names = (0..<count).map { $0 * 5 % count }
    let renamed = layers.map { layer in
      var copy = layer
      for row in 0..<count {
        for column in 0..<count {
          copy[names[row] * count + names[column]] = layer[row * count + column]
        }
      }
      return copy
    }
    let found = try AttentionFlow.maximumFlow(layers: layers, count: count, source: 2)
    let other = try AttentionFlow.maximumFlow(layers: renamed, count: count, source: names[2])
    for sink in 0..<count { #expect(found[sink] == other[names[sink]]) }
  }

  /// One source at a time or all at once, on one thread or two: the same bits.
  @Test func threadsAndOtherSourcesChangeNothing() throws {
    let count = 40
    let layers = randomAttention(8, count, sharpness: 2, seed: 2)
    let sources = [0, 39, 7]
    let together = try AttentionFlow.maximumFlows(
      layers: layers, count: count, sources: sources, execution: Execution(threads: 2))
    let separate = try sources.flatMap { source throws(AssayError) in
      try AttentionFlow.maximumFlow(layers: layers, count: count, source: source)
    }
    #expect(together == separate)
  }

  @Test func errorsNameWhatWasWrong() {
    func message(
      _ layers: [[Double]], _ count: Int, _ source: Int = 0, _ execution: Execution = Execution()
    ) -> String {
      do {
        _ = try AttentionFlow.maximumFlow(
          layers: layers, count: count, source: source, execution: execution)
        return "no error"
      } catch {
        return "\(error.kind): \(error)"
      }
    }
    #expect(
      message([[1, 0, 0, 1], [1]], 2)
        == "shape: capacities of layer 1: expected 2×2 values, found 1")
    #expect(
      message([], 2) == "shape: capacities: expected at least one layer and one node, "
        + "found 0 layers of 2 nodes")
    #expect(
      message([[1, -1, 0, 1]], 2)
        == "numeric: capacities of layer 0: expected finite numbers ≥ 0, found -1.0")
    #expect(
      message([[1, .nan, 0, 1]], 2)
        == "numeric: capacities of layer 0: expected finite numbers ≥ 0, found nan")
    #expect(message([[1]], 1, 1) == "option: source: expected in 0..<1, found 1")
    #expect(
      message([[1]], 1, 0, Execution(memoryBudget: 8)).hasPrefix(
        "memory: attention flow: expected at most 8 bytes, found 16 bytes"))
    let poll = Poll { _ in false }
    #expect(message([[1]], 1, 0, Execution().watched(by: poll)).hasPrefix("cancelled"))
  }
}
