import Synchronization

/// How much work the process has done, for checks that count instead of timing.
///
/// The counts of a call do not depend on threads; calls that run at the same time add up.
package enum WorkCounters {
  private static let productCount = Atomic<Int>(0)
  private static let multiplyAddCount = Atomic<Int>(0)
  private static let blockCount = Atomic<Int>(0)
  private static let byteCount = Atomic<Int>(0)
  private static let newBlockCount = Atomic<Int>(0)

  /// Matrix products.
  package static var products: Int { productCount.load(ordering: .relaxed) }
  /// The multiply-adds of these products.
  package static var multiplyAdds: Int { multiplyAddCount.load(ordering: .relaxed) }
  /// Blocks of memory that tensors were given.
  package static var blocks: Int { blockCount.load(ordering: .relaxed) }
  /// The bytes of these blocks.
  package static var bytes: Int { byteCount.load(ordering: .relaxed) }
  /// Those of the blocks that the system was asked for; how many depends on what ran before.
  package static var newBlocks: Int { newBlockCount.load(ordering: .relaxed) }

  /// Counts products, one by one or for a whole parallel loop: threads that count the same product
  /// by product would wait for each other.
  package static func count(products: Int, multiplyAdds: Int) {
    productCount.wrappingAdd(products, ordering: .relaxed)
    multiplyAddCount.wrappingAdd(multiplyAdds, ordering: .relaxed)
  }

  /// Counts one block of a tensor's memory.
  static func count(bytes: Int, isNew: Bool) {
    if isNew { newBlockCount.wrappingAdd(1, ordering: .relaxed) }
    blockCount.wrappingAdd(1, ordering: .relaxed)
    byteCount.wrappingAdd(bytes, ordering: .relaxed)
  }
}
