import Synchronization

/// Where a long piece of work stands, written by the worker and read by whoever shows it.
package final class Progress: Sendable {
  private let state = Mutex<(fraction: Double, message: String)>((0, ""))

  package init() {}

  /// The finished fraction in 0...1 and what is going on.
  package var current: (fraction: Double, message: String) { state.withLock { $0 } }

  package func report(_ fraction: Double, _ message: String) {
    state.withLock { $0 = (fraction, message) }
  }
}

extension Execution {
  /// Says how far the work is and gives the caller a chance to stop it.
  /// - Throws: `cancelled` when the caller has asked to stop.
  package func report(_ fraction: Double, _ message: String) throws(AssayError) {
    progress?.report(fraction, message)
    try checkCancellation()
  }
}
