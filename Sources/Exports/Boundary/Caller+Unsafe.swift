import CABI
import Kernels
import Synchronization
import Tensors

/// The caller's poll function for the time of one call; afterwards it is never called again.
final class Caller: Sendable {
  private struct Door: @unchecked Sendable {
    let poll: @convention(c) (UnsafeMutableRawPointer?, Double, UnsafePointer<CChar>?) -> Int32
    let context: UnsafeMutableRawPointer?
  }

  private let door: Mutex<Door?>
  let progress = Progress()

  init(_ poll: assay_poll?, _ context: UnsafeMutableRawPointer?) {
    door = Mutex(poll.map { Door(poll: $0, context: context) })
  }

  /// Runs `body` with so many threads and this caller's poll function.
  func execute<Answer>(
    _ threads: Int, _ body: (Execution) throws(AssayError) -> Answer
  ) throws(AssayError) -> Answer {
    defer { door.withLock { $0 = nil } }
    let poll = Poll { self.goesOn($0) }
    var execution = Execution(threads: threads).watched(by: poll)
    execution.progress = progress
    return try body(execution)
  }

  private func goesOn(_ fraction: Double) -> Bool {
    guard let door = door.withLock({ $0 }) else { return true }
    let current = progress.current
    let done = fraction < 0 && !current.message.isEmpty ? current.fraction : fraction
    return current.message.withCString { door.poll(door.context, done, $0) } == 0
  }
}
