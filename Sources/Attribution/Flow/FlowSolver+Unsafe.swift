import Kernels

/// Maximum flows from nodes of the last layer to input nodes, one pair at a time.
///
/// Most flows reach the bound that `FlowBalance` proves them to reach; `FlowPaths` finds the others.
/// Both are exact, so that a value depends on neither which of them found it nor the pairs before.
///
/// A solver may move between threads, but only one may use it at a time.
final class FlowSolver: @unchecked Sendable {
  /// Owns the memory of its edges.
  private let capacities: FlowCapacities
  private let balance: FlowBalance
  /// Made for the first flow that needs it.
  private var paths: FlowPaths?
  /// Failures of the balance less its successes: where nearly every attempt fails, trying costs more
  /// than it saves.
  private var failures = 0
  private let poll: Poll?

  /// - Parameter poll: asked between rounds of a search; the flow is too small once it says to stop.
  init(_ capacities: FlowCapacities, poll: Poll?) {
    self.capacities = capacities
    self.poll = poll
    balance = FlowBalance(capacities.edges)
  }

  /// The largest flow from `source` to `sink`, in quanta.
  func maximumFlow(source: Int, sink: Int) -> Int64 {
    let edges = capacities.edges
    let bound: Int64
    if failures < 3 {
      let outcome = balance.attempt(source: source, sink: sink)
      failures += outcome.isReached ? -1 : 1
      if outcome.isReached { return outcome.bound }
      bound = outcome.bound
    } else {
      bound = min(edges.outflow(of: source), edges.inflow(of: sink))
    }
    let paths = self.paths ?? FlowPaths(edges, poll: poll)
    self.paths = paths
    return paths.maximumFlow(source: source, sink: sink, bound: bound)
  }
}
