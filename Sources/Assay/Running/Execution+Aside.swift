import Dispatch
import Kernels
import Tensors

/// Told how far a piece of work is: the finished fraction, from 0 to 1, and what is going on.
///
/// It is called from the thread that works, at most every 50 ms.
public typealias ProgressHandler = @Sendable (_ fraction: Double, _ stage: String) -> Void

extension Execution {
  /// Does work that takes long on a thread of its own, so that no task waits for a thread, and stops
  /// it when the calling task is cancelled.
  /// - Throws: `cancelled`, and what the work throws.
  func aside<Answer: Sendable>(
    _ progress: ProgressHandler?,
    _ work: @escaping @Sendable (Execution) throws(AssayError) -> Answer
  ) async throws(AssayError) -> Answer {
    let state = Progress()
    let poll = Poll { fraction in
      let now = state.current
      progress?(fraction < 0 ? now.fraction : fraction, now.message)
      return true
    }
    var watched = self.watched(by: poll)
    watched.progress = state
    let execution = watched
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        DispatchQueue.global().async {
          continuation.resume(
            returning: Result { () throws(AssayError) in
              try execution.checkCancellation()
              let answer = try work(execution)
              try execution.checkCancellation()
              return answer
            })
        }
      }
    } onCancel: {
      poll.cancel()
    }
    return try result.get()
  }
}
