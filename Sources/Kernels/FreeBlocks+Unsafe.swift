/// Memory that a thread's tensors gave back, by size, for the next tensors of the same thread.
///
/// A forward pass like the one before finds all its memory here: nothing is asked of the system, no
/// page is touched for the first time, and what was used last is still in the processor's caches. Lists
/// belong to one thread, so nobody waits, not even in a process made by `fork()`.
///
/// A build with `EXACT_MEMORY` keeps nothing and hands out no byte more than was asked for, so that a
/// sanitizer sees every use of memory that is gone or was never had.
struct FreeBlocks: ~Copyable {
  /// Sizes rise in four steps a doubling, from 64 bytes to 8 MiB; larger blocks are not kept.
  private static let classes = 69
  /// The bytes that one thread keeps at most.
  private static let mostBytes = 32 << 20

  /// The first block of every size; each block begins with the address of the next.
  private let heads: UnsafeMutablePointer<UnsafeMutableRawPointer?>
  private var keptBytes = 0

  init() {
    heads = .allocate(capacity: FreeBlocks.classes)
    heads.initialize(repeating: nil, count: FreeBlocks.classes)
  }

  deinit {
    freeLists()
    heads.deallocate()
  }

  /// A block of at least `byteCount` bytes aligned to a cache line, contents undefined: a kept one of
  /// less than twice the size, or a new one.
  mutating func take(_ byteCount: Int) -> Block {
    #if EXACT_MEMORY
      return Block(new: byteCount)
    #endif
    let wanted = FreeBlocks.sizeClass(byteCount)
    guard wanted < FreeBlocks.classes else { return Block(new: byteCount) }
    for sizeClass in wanted..<min(wanted + 4, FreeBlocks.classes) {
      guard let base = heads[sizeClass] else { continue }
      heads[sizeClass] = base.load(as: UnsafeMutableRawPointer?.self)
      let size = FreeBlocks.size(sizeClass)
      keptBytes -= size
      return Block(base: base, byteCount: size, isNew: false)
    }
    return Block(new: FreeBlocks.size(wanted))
  }

  /// Keeps a block that was taken by this thread or another one. Where that would be more than a
  /// thread may keep, those kept so far have not been of use for long, and are freed.
  mutating func giveBack(_ base: UnsafeMutableRawPointer, _ byteCount: Int) {
    #if EXACT_MEMORY
      return base.deallocate()
    #endif
    let sizeClass = FreeBlocks.sizeClass(byteCount)
    guard sizeClass < FreeBlocks.classes else { return base.deallocate() }
    if keptBytes + byteCount > FreeBlocks.mostBytes {
      freeLists()
      keptBytes = 0
    }
    base.storeBytes(of: heads[sizeClass], as: UnsafeMutableRawPointer?.self)
    heads[sizeClass] = base
    keptBytes += byteCount
  }

  private borrowing func freeLists() {
    for sizeClass in 0..<FreeBlocks.classes {
      while let base = heads[sizeClass] {
        heads[sizeClass] = base.load(as: UnsafeMutableRawPointer?.self)
        base.deallocate()
      }
    }
  }

  /// The smallest class whose blocks hold `byteCount` bytes.
  static func sizeClass(_ byteCount: Int) -> Int {
    guard byteCount > 64 else { return 0 }
    let last = byteCount - 1
    let exponent = Int.bitWidth - 1 - last.leadingZeroBitCount
    return (exponent - 6) * 4 + (last >> (exponent - 2) & 3) + 1
  }

  /// The bytes of a block of a class.
  static func size(_ sizeClass: Int) -> Int { (4 + sizeClass & 3) << (sizeClass >> 2 + 4) }
}

/// Memory from `takeBlock`.
package struct Block {
  package let base: UnsafeMutableRawPointer
  /// The size to give back, which may be more than was asked for.
  package let byteCount: Int
  let isNew: Bool

  fileprivate init(base: UnsafeMutableRawPointer, byteCount: Int, isNew: Bool) {
    self.base = base
    self.byteCount = byteCount
    self.isNew = isNew
  }

  fileprivate init(new byteCount: Int) {
    let base = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 64)
    self.init(base: base, byteCount: byteCount, isNew: true)
  }
}

/// Memory for at least `byteCount` bytes, aligned to a cache line, contents undefined: a block that
/// the thread has left over, or a new one. It goes back by `giveBackBlock`, on any thread.
package func takeBlock(_ byteCount: Int) -> Block {
  let block = ThreadState.withCurrent { $0.freeBlocks.take(byteCount) }
  WorkCounters.count(bytes: byteCount, isNew: block.isNew)
  return block
}

/// Gives memory of `takeBlock` back, with the size that it said.
package func giveBackBlock(_ base: UnsafeMutableRawPointer, _ byteCount: Int) {
  ThreadState.withCurrent { $0.freeBlocks.giveBack(base, byteCount) }
}
