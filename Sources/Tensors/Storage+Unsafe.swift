import Kernels

#if canImport(Glibc)
  import Glibc
#endif

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

  /// Gives the pages of a mapped file that lie wholly within `bytes` back to the system, for memory
  /// that nobody will read for a while: whoever does finds the file's contents again. Other memory
  /// stays as it is.
  func releasePages(_ bytes: Range<Int>) {
    #if canImport(Glibc)
      guard origin == .mapped else { return }
      let (page, start) = (sysconf(Int32(_SC_PAGESIZE)), Int(bitPattern: base))
      let first = (start + bytes.lowerBound + page - 1) / page * page
      let end = (start + bytes.upperBound) / page * page
      if first < end {
        madvise(UnsafeMutableRawPointer(bitPattern: first), end - first, MADV_DONTNEED)
      }
    #endif
  }
}

extension Tensor {
  /// Gives the memory of a tensor in a mapped file back to the system; its numbers stay what they are.
  package func releasePages() { storage.releasePages(offset * 4..<(offset + count) * 4) }
}
