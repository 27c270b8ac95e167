import CABI
import Kernels
import Synchronization
import Tensors
import Values

/// How many threads a call uses: what it says itself, and otherwise the one global setting, read once
/// at the door of the call.
package enum Threads {
  private static let chosen = Atomic<Int>(
    min(Parallel.processors, Int(ASSAY_MAXIMUM_THREADS)))

  package static var current: Int { chosen.load(ordering: .relaxed) }

  /// Takes the member `threads` off the arguments of a call.
  /// - Throws: `option` for a number out of range.
  static func take(from record: inout Value) throws(AssayError) -> Int {
    guard case .record(var members) = record, let given = members["threads"] else {
      return current
    }
    members["threads"] = nil
    record = .record(members)
    if case .null = given { return current }
    return try Argument(given, path: "threads").integer(in: 1...Int(ASSAY_MAXIMUM_THREADS))
  }

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
