import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How many threads a call may use, and whom it tells about progress.
///
/// Work is handed out from one atomic counter, so which thread does an item is not determined;
/// results must not depend on it. A `forEach` inside the body of another one is serial.
package struct Parallel: Sendable {
  /// At least 1, the calling thread included.
  package let threads: Int
  package let poll: Poll?

  package init(threads: Int, poll: Poll? = nil) {
    self.threads = max(1, threads)
    self.poll = poll
  }

  /// The calling thread alone, without progress.
  package static let serial = Parallel(threads: 1)

  /// The least work worth handing to a thread at once, in nanoseconds by estimates that are up to
  /// three times too long on a fast processor: a thread of the pool that still waits busily takes it
  /// within one microsecond.
  package static let grain = 8_000.0

  /// Calls `body(0)` … `body(count − 1)`, each once, in any order and on any of the threads.
  ///
  /// The calling thread polls between items. After cancellation the remaining items are left out:
  /// the caller looks at `poll.isCancelled`.
  /// - Parameter nanosecondsEach: estimated cost of an item; below a grain for every thread the
  ///   loop is serial.
  package func forEach(_ count: Int, nanosecondsEach: Double, _ body: (_ index: Int) -> Void) {
    guard count > 0 else { return }
    let grains = Int(min(Double(count) * nanosecondsEach / Parallel.grain, Double(count)))
    let workers = min(threads, grains)
    let itemsPerGrain = Int(Parallel.grain / max(nanosecondsEach, 1))
    let itemsAtOnce = max(1, min(itemsPerGrain, count / (2 * workers + 1)))
    let local = ThreadState.current
    guard workers > 1, !local.isInParallel, Parallel.poolSurvives else {
      for index in 0..<count {
        if !local.isWorker { poll?.check() }
        if let poll, poll.isCancelled { return }
        body(index)
      }
      return
    }
    // Before the others begin: the caller might not get its turn until they have done it all.
    if let poll, !poll.check() { return }
    let caller = ObjectIdentifier(local)
    let next = Atomic<Int>(0)
    WorkerPool.shared.run(helpers: workers - 1) {
      let state = ThreadState.current
      let isCaller = ObjectIdentifier(state) == caller
      state.isInParallel = true
      defer { state.isInParallel = false }
      while true {
        let start = next.wrappingAdd(itemsAtOnce, ordering: .relaxed).oldValue
        guard start < count else { return }
        for index in start..<min(start + itemsAtOnce, count) {
          if isCaller { poll?.check() }
          ForkGate.safePoint()
          if let poll, poll.isCancelled { return }
          body(index)
        }
      }
    }
  }

  /// The process that first used the thread pool. A child made by `fork()` inherits the value, but
  /// not the threads, and must not touch the pool again.
  private static let poolProcess = getpid()
  private static var poolSurvives: Bool { poolProcess == getpid() }
}
