import CABI
import Synchronization
import Tensors

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How many threads the next calls use: the one global setting, read once at the door of a call.
package enum Threads {
  private static let chosen = Atomic<Int>(available)

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

  /// The processors of this machine that are in use.
  static var available: Int {
    max(1, min(sysconf(Int32(_SC_NPROCESSORS_ONLN)), Int(ASSAY_MAXIMUM_THREADS)))
  }
}
