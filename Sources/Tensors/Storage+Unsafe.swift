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
  /// Gives back memory that is not the engine's own.
  private let release: (@Sendable () -> Void)?
  /// The size of the engine's own block.
  private let blockSize: Int

  /// Memory that belongs to somebody else; `release` runs when the last view is gone.
  package init(
    _ origin: Origin, base: UnsafeMutableRawPointer, byteCount: Int,
    release: @escaping @Sendable () -> Void
  ) {
    self.origin = origin
    self.base = base
    self.byteCount = byteCount
    self.release = release
    blockSize = 0
  }

  /// Uninitialized memory aligned to a cache line.
  package init(byteCount: Int) {
    origin = .owned
    let block = takeBlock(byteCount)
    base = block.base
    blockSize = block.byteCount
    self.byteCount = byteCount
    release = nil
  }

  deinit {
    if let release { release() } else { giveBackBlock(base, blockSize) }
  }
}
