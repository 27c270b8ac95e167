/// Maximum flows from nodes of the last layer to input nodes, one pair at a time.
///
/// Most flows reach the bound that `FlowBalance` proves them to reach; `FlowPaths` finds the others.
/// Both are exact, so that a value depends on neither which of them found it nor the pairs before.
///
/// A solver may move between threads, but only one may use it at a time.
final class FlowSolver: @unchecked Sendable {
  private let capacities: FlowCapacities
  private let balance: FlowBalance
  /// Made for the first flow that needs it.
  private var paths: FlowPaths?
  /// Failures of the balance less its successes.
  private var failures = 0

  init(_ capacities: FlowCapacities) {
    self.capacities = capacities
    balance = FlowBalance(capacities)
  }

  /// The largest flow from `source` to `sink`, in quanta.
  func maximumFlow(source: Int, sink: Int) -> Int64 {
    var bound = min(capacities.outflow(of: source), capacities.inflow(of: sink))
    // Where nearly every attempt fails, trying costs more than it saves.
    if failures < 3 {
      let outcome = balance.attempt(source: source, sink: sink)
      failures += outcome.isReached ? -1 : 1
      if outcome.isReached { return outcome.bound }
      bound = min(bound, outcome.bound)
    }
    let paths = self.paths ?? FlowPaths(capacities)
    self.paths = paths
    return paths.maximumFlow(source: source, sink: sink, bound: bound)
  }
}
