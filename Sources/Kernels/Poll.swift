import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A throttled callback for progress and cancellation, shared by everything one call does.
///
/// The calling thread calls `check` between pieces of work; the callback runs at most every 50 ms
/// and returns false to cancel. Any thread may cancel and ask.
package final class Poll: Sendable {
  private let callback: @Sendable (Double) -> Bool
  private let cancelled = Atomic<Bool>(false)
  private let lastCall = Atomic<UInt64>(0)

  /// Nanoseconds between two calls of the callback.
  package static let interval: UInt64 = 50_000_000

  /// - Parameter callback: receives the fraction done, or −1 where it is not known; returns whether
  ///   to go on. It runs on the thread that calls `check`.
  package init(_ callback: @escaping @Sendable (_ fraction: Double) -> Bool) {
    self.callback = callback
  }

  /// Calls the callback if 50 ms have passed since the last time, never after cancellation, and not on
  /// one of the pool's threads: the callback belongs to the thread that called.
  ///
  /// - Returns: whether to go on.
  @discardableResult
  package func check(fraction: Double = -1) -> Bool {
    ForkGate.safePoint()
    if isCancelled { return false }
    if ThreadState.withCurrent({ $0.isWorker }) { return true }
    let now = Poll.now
    guard now &- lastCall.load(ordering: .relaxed) >= Poll.interval else { return true }
    lastCall.store(now, ordering: .relaxed)
    let generation = ForkGate.generation
    if !ForkGate.outside({ callback(fraction) }) { cancel() }
    // In a child process that the callback has made, what other threads had begun stays undone.
    if ForkGate.generation != generation, ThreadState.current.isInParallel { cancel() }
    return !isCancelled
  }

  /// A clock of a few milliseconds' resolution, which takes a fraction of the time of a fine one.
  private static var now: UInt64 {
    var time = timespec()
    #if canImport(Glibc)
      clock_gettime(CLOCK_MONOTONIC_COARSE, &time)
    #else
      clock_gettime(CLOCK_MONOTONIC_RAW_APPROX, &time)
    #endif
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
  }

  /// Whether the work should stop; its results are then incomplete and must be thrown away.
  package var isCancelled: Bool { cancelled.load(ordering: .relaxed) }

  /// Asks the work to stop at its next step.
  package func cancel() { cancelled.store(true, ordering: .relaxed) }
}
