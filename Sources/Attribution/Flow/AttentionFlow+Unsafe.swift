import Kernels
import Synchronization
import Tensors

/// Attention flow: the maximum flow from a read-out node of the last layer down to each input node,
/// in the layered network whose capacities are attention matrices (Abnar & Zuidema 2020).
///
/// The flow from u to v never exceeds what leaves u or enters v; with dense attention it reaches
/// that bound by about six layers, so deep flow stops depending on the source and ties. Values are
/// exact to well below 1e-6 of the largest capacity (see `FlowCapacities`) and do not depend on the
/// number of threads.
package enum AttentionFlow {
  /// The flow from one node of the last layer to every input node: `[sink]`.
  ///
  /// See `maximumFlows(layers:count:sources:execution:)`.
  package static func maximumFlow(
    layers: [[Double]], count: Int, source: Int, execution: Execution = Execution()
  ) throws(AssayError) -> [Double] {
    try maximumFlows(layers: layers, count: count, sources: [source], execution: execution)
  }

  /// The flow from several nodes of the last layer to every input node: `[source][sink]`, flat.
  ///
  /// - Parameters:
  ///   - layers: capacities `[count, count]` row-major, rows above, columns below; the layer closest
  ///     to the input first. Fused heads and the residual connection are the caller's: ½·A + ½·I.
  ///   - count: nodes a layer.
  ///   - sources: nodes of the last layer, in 0..<count.
  /// - Throws: `shape` for layers of another size or none, `numeric` for capacities that are
  ///   negative or not finite, `option` for a source out of range, `memory` when the networks
  ///   exceed the budget, `cancelled` when the caller has asked to stop.
  /// - Complexity: in practice O(layers · count) for a dense pair; O(layers · count²) memory a thread.
  package static func maximumFlows(
    layers: [[Double]], count: Int, sources: [Int], execution: Execution = Execution()
  ) throws(AssayError) -> [Double] {
    for source in sources where !(0..<count).contains(source) {
      throw AssayError(.option, "source", expected: "in 0..<\(count)", found: "\(source)")
    }
    let threads = execution.parallel.threads
    let bytes = layers.count * count * count * MemoryLayout<Int64>.stride * (1 + threads)
    guard bytes <= execution.memoryBudget else {
      throw AssayError(
        .memory, "attention flow", expected: "at most \(execution.memoryBudget) bytes",
        found: "\(bytes) bytes for \(layers.count) layers of \(count) nodes on \(threads) threads")
    }
    try Memory.require(
      2 * Double(bytes) + 8 * Double(sources.count) * Double(count), for: "attention flow")
    let capacities = try FlowCapacities(layers, count: count)
    // Sinks of one source are solved together, as many as leave every thread some blocks.
    let blocks = max(1, min(count, 4 * threads / max(1, sources.count)))
    let solvers = FlowSolverPool(capacities, execution.parallel.poll)
    let flows = [Double](unsafeUninitializedCapacity: sources.count * count) { flows, initialized in
      flows.initialize(repeating: 0)
      nonisolated(unsafe) let flows = flows
      // An estimate for sharing the work; measured 0.5 to 2 µs a pair at 16 nodes, 8 to 60 at 128.
      let nanoseconds = Double(10 * layers.count * count * count / blocks)
      execution.parallel.forEach(sources.count * blocks, nanosecondsEach: nanoseconds) { item in
        let (rank, block) = (item / blocks, item % blocks)
        let solver = solvers.take()
        for sink in block * count / blocks..<(block + 1) * count / blocks {
          let units = solver.maximumFlow(source: sources[rank], sink: sink)
          flows[rank * count + sink] = Double(units) * capacities.quantum
        }
        solvers.give(back: solver)
      }
      initialized = sources.count * count
    }
    try execution.checkCancellation()
    return flows
  }
}

/// Solvers on the same capacities, one for each thread that asks.
private final class FlowSolverPool: Sendable {
  private let capacities: FlowCapacities
  private let poll: Poll?
  private let idle = Mutex<[FlowSolver]>([])

  init(_ capacities: FlowCapacities, _ poll: Poll?) {
    self.capacities = capacities
    self.poll = poll
  }

  func take() -> FlowSolver {
    idle.withLock { $0.popLast() } ?? FlowSolver(capacities, poll: poll)
  }

  func give(back solver: FlowSolver) {
    idle.withLock { $0.append(solver) }
  }
}
