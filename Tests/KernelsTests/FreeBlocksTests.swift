import Testing

@testable import Kernels

@Suite struct FreeBlocksTests {
  /// Every size falls into the smallest class that holds it, and no class wastes more than a quarter.
  @Test func classesFitTheirSizes() {
    for bytes in Array(1...5000) + [1 << 20, (1 << 20) + 1, 3 << 20, 8 << 20] {
      let sizeClass = FreeBlocks.sizeClass(bytes)
      #expect(FreeBlocks.size(sizeClass) >= bytes)
      if sizeClass > 0 { #expect(FreeBlocks.size(sizeClass - 1) < bytes) }
      if bytes >= 64 { #expect(FreeBlocks.size(sizeClass) <= bytes + bytes / 4) }
    }
  }

  /// A block that went back is handed out again for up to half its size, and not for less.
  @Test func blocksComeBack() {
    var blocks = FreeBlocks()
    let first = blocks.take(1000)
    #expect(first.isNew && first.byteCount == 1024)
    let second = blocks.take(1000)
    #expect(second.base != first.base)
    blocks.giveBack(first.base, first.byteCount)
    let small = blocks.take(512)
    #expect(small.isNew && small.base != first.base)
    let again = blocks.take(600)
    #expect(!again.isNew && again.base == first.base && again.byteCount == 1024)
    for one in [again, second, small] { blocks.giveBack(one.base, one.byteCount) }
  }

  /// When a thread would keep more than its share, what it kept before goes back to the system.
  @Test func aThreadKeepsAtMostItsShare() {
    var blocks = FreeBlocks()
    let taken = (0..<5).map { _ in blocks.take(8 << 20) }
    for one in taken { blocks.giveBack(one.base, one.byteCount) }
    let again = (0..<2).map { _ in blocks.take(8 << 20) }
    #expect(again.filter { !$0.isNew }.count == 1)
    for one in again { blocks.giveBack(one.base, one.byteCount) }
  }

  /// Blocks beyond the largest class are not kept.
  @Test func hugeBlocksGoBackToTheSystem() {
    var blocks = FreeBlocks()
    for _ in 0..<2 {
      let huge = blocks.take((8 << 20) + 1)
      #expect(huge.isNew)
      blocks.giveBack(huge.base, huge.byteCount)
    }
  }
}
