import Kernels

/// A block of memory that tensors look into: owned by Assay, borrowed from a caller, or mapped
/// from a file.
///
/// Whoever made the memory says how it is given back; that happens once, when the last tensor that
/// looks into it is gone. Memory is written only while a tensor is being initialized.
package final class Storage: @unchecked Sendable {
  /// Where the memory came from.
  package enum Origin: Sendable { case owned, borrowed, mapped }

  package let origin: Origin
  package let byteCount: Int
  package let base: UnsafeMutableRawPointer
  private let release: @Sendable () -> Void

  /// Memory that belongs to somebody else; `release` runs when the last view is gone.
  package init(
    _ origin: Origin, base: UnsafeMutableRawPointer, byteCount: Int,
    release: @escaping @Sendable () -> Void
  ) {
    self.origin = origin
    self.base = base
    self.byteCount = byteCount
    self.release = release
  }

  /// Fresh, uninitialized memory aligned to a cache line.
  package convenience init(byteCount: Int) {
    WorkCounters.count(bytes: byteCount)
    let base = UnsafeMutableRawPointer.allocate(byteCount: max(byteCount, 1), alignment: 64)
    nonisolated(unsafe) let owned = base
    self.init(.owned, base: base, byteCount: byteCount) { owned.deallocate() }
  }

  deinit { release() }
}
