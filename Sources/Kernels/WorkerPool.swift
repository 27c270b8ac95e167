import Synchronization

/// The threads that help the callers of parallel loops, made when first needed and never ended.
///
/// Any number of callers may use it at a time. Each takes the helpers that are free, the one that
/// worked last first, and goes on with fewer, or alone, when there are none.
final class WorkerPool: Sendable {
  static let shared = WorkerPool()

  private struct Helpers {
    var idle: [Worker] = []
    var count = 0
  }

  private let helpers = Mutex(Helpers())

  /// Calls `body` once on the calling thread and at most once on each of up to `wanted` others, and
  /// returns when all of these calls have returned.
  ///
  /// A helper that has not begun when the caller is done is called off: nobody waits for a thread
  /// to wake.
  func run(helpers wanted: Int, _ body: () -> Void) {
    let taken = take(wanted)
    // Safe to share: no helper has the closure after `collect`.
    withoutActuallyEscaping(body) { body in
      nonisolated(unsafe) let body = body
      for helper in taken { helper.post(body) }
      body()
      for helper in taken { helper.collect() }
    }
    helpers.withLock { $0.idle += taken }
  }

  private func take(_ wanted: Int) -> [Worker] {
    helpers.withLock { helpers in
      let most = max(Parallel.processors - 1, wanted)
      while helpers.idle.count < wanted, helpers.count < most, let worker = Worker.started() {
        helpers.idle.append(worker)
        helpers.count += 1
      }
      let taken = Array(helpers.idle.suffix(wanted))
      helpers.idle.removeLast(taken.count)
      return taken
    }
  }
}
