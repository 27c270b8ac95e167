import Kernels

/// How a piece of work runs: threads, seed, memory, and who may stop it.
///
/// It is a value handed down the call, so two callers never disturb each other.
public struct Execution: Sendable {
  package var parallel: Parallel
  /// The seed of everything stochastic in this call.
  public var seed: UInt64
  /// Bytes that one batch's intermediate values may take.
  public var memoryBudget: Int
  /// Receives the finished fraction and what is going on, at most every 50 ms.
  package var progress: Progress?

  /// Work on `threads` threads.
  /// - Precondition: `threads >= 1`.
  public init(threads: Int = 1, seed: UInt64 = 0, memoryBudget: Int = 1 << 30) {
    precondition(threads >= 1, "work needs a thread")
    parallel = Parallel(threads: threads, poll: nil)
    self.seed = seed
    self.memoryBudget = memoryBudget
  }

  /// Work on all processors.
  public static var automatic: Execution { Execution(threads: Parallel.processors) }

  /// The same execution watched by `poll`, which carries progress and requests to stop.
  package func watched(by poll: Poll?) -> Execution {
    var copy = self
    copy.parallel = Parallel(threads: parallel.threads, poll: poll)
    return copy
  }

  /// The same execution without threads beside the calling one.
  package var onOneThread: Execution {
    var copy = self
    copy.parallel = Parallel(threads: 1, poll: parallel.poll)
    return copy
  }

  /// Whether the caller wants a long loop to go on, asked in every 64th of its steps, or in each; what
  /// the loop made is thrown away where it does not.
  package func goesOn(_ step: Int = 0) -> Bool {
    guard let poll = parallel.poll else { return true }
    return step & 63 == 0 ? poll.check() : !poll.isCancelled
  }

  /// - Throws: `cancelled` when the caller has asked to stop.
  package func checkCancellation() throws(AssayError) {
    guard let poll = parallel.poll else { return }
    poll.check()
    if poll.isCancelled { throw .cancelled }
  }

  /// Random numbers for the purpose named `stream`, under this call's seed.
  package func random(_ stream: String) -> RandomSource {
    RandomSource(seed: seed, stream: stream)
  }
}
