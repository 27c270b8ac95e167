import CABI
import Kernels
import Synchronization
import Tensors

/// How many threads the next calls use: the one global setting, read once at the door of a call.
package enum Threads {
  private static let chosen = Atomic<Int>(
    min(Parallel.processors, Int(ASSAY_MAXIMUM_THREADS)))

  package static var current: Int { chosen.load(ordering: .relaxed) }

  /// - Throws: `option` for a number out of range.
  package static func set(_ count: Int) throws(AssayError) {
    let range = 1...Int(ASSAY_MAXIMUM_THREADS)
    guard range.contains(count) else {
      throw AssayError(
        .option, "threads", expected: "\(range.lowerBound)...\(range.upperBound)",
        found: "\(count)")
    }
    chosen.store(count, ordering: .relaxed)
  }
}
