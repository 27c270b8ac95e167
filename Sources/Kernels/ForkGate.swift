import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Keeps `fork()` away from threads that are in the middle of something.
///
/// A child process has one thread and the memory as all of them left it: a lock that another thread
/// held stays locked for ever, and a value that was half made stays so. So `fork()` waits until every
/// thread in the engine stands at a safe point, where it holds no lock and makes nothing that others
/// wait for, and lets them go on when the child is there. Threads come to a safe point between two
/// items of work; one that does not for two seconds is not waited for.
package enum ForkGate {
  /// How many threads are in the engine and not at a safe point.
  private static let inside = Atomic<Int>(0)
  private static let isWanted = Atomic<Bool>(false)
  /// Whether a thread forks, of which there is one at a time.
  private static let isForking = Atomic<Bool>(false)
  private static let forks = Atomic<Int>(0)

  private static let patience: UInt64 = 2_000_000_000

  /// Tells the system, once and before any thread can be inside.
  private static let handlers: Void = {
    // Each is made at its first use, which must not be in the middle of a fork.
    _ = (inside.load(ordering: .relaxed), isWanted.load(ordering: .relaxed))
    _ = (isForking.load(ordering: .relaxed), forks.load(ordering: .relaxed))
    pthread_atfork({ ForkGate.close() }, { ForkGate.open() }, { ForkGate.openInChild() })
  }()

  /// A number that is another one in every child of this process.
  package static var generation: Int { forks.load(ordering: .relaxed) }

  private static func enter() {
    _ = handlers
    while true {
      inside.wrappingAdd(1, ordering: .sequentiallyConsistent)
      if !isWanted.load(ordering: .sequentiallyConsistent) { break }
      inside.wrappingSubtract(1, ordering: .sequentiallyConsistent)
      while isWanted.load(ordering: .acquiring) { pause() }
    }
    ThreadState.current.isInside = true
  }

  private static func leave() {
    ThreadState.current.isInside = false
    inside.wrappingSubtract(1, ordering: .sequentiallyConsistent)
  }

  /// A place where a thread that is inside may be kept waiting.
  package static func safePoint() {
    guard isWanted.load(ordering: .relaxed), ThreadState.current.isInside else { return }
    leave()
    enter()
  }

  /// Runs what is not the engine's, such as a function of the caller's, which may fork by itself.
  package static func outside<Answer, Failure: Error>(
    _ body: () throws(Failure) -> Answer
  ) throws(Failure) -> Answer {
    guard ThreadState.current.isInside else { return try body() }
    leave()
    defer { enter() }
    return try body()
  }

  /// Runs a call of the engine's; waits before it while a thread forks.
  package static func within<Answer, Failure: Error>(
    _ body: () throws(Failure) -> Answer
  ) throws(Failure) -> Answer {
    if ThreadState.current.isInside { return try body() }
    enter()
    defer { leave() }
    return try body()
  }

  private static func close() {
    while isForking.exchange(true, ordering: .acquiring) { pause() }
    isWanted.store(true, ordering: .sequentiallyConsistent)
    let deadline = now &+ patience
    while inside.load(ordering: .sequentiallyConsistent) > 0, now < deadline { pause() }
  }

  private static func open() {
    isWanted.store(false, ordering: .releasing)
    isForking.store(false, ordering: .releasing)
  }

  /// The child has one thread, the one that forked.
  private static func openInChild() {
    inside.store(ThreadState.current.isInside ? 1 : 0, ordering: .relaxed)
    forks.wrappingAdd(1, ordering: .relaxed)
    open()
  }

  private static func pause() { usleep(50) }

  private static var now: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
  }
}
