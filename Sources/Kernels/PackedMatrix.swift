/// The right-hand side of a product, rearranged once into the panels the kernels read.
///
/// Immutable and opaque: the layout belongs to the instruction set and the precision it was packed for.
package final class PackedMatrix: Sendable {
  /// Depth of the product (rows of the packed matrix).
  package let rows: Int
  package let columns: Int
  let kernels: ProductKernels
  nonisolated(unsafe) private let storage: UnsafeMutableRawBufferPointer

  /// Packs `b`, a [k, n] matrix with any strides; `b` is copied and not kept.
  /// - Precondition: the precision is supported.
  package static func pack(
    _ b: Matrix, precision: Precision = .float32, parallel: Parallel = .serial,
    on instructionSet: InstructionSet = .active
  ) -> PackedMatrix {
    let kernels = ProductKernels(instructionSet, precision)
    let packed = PackedMatrix(rows: b.rows, columns: b.columns, kernels)
    packPanels(b, into: packed.mutablePanels, parallel: parallel, on: kernels)
    return packed
  }

  private init(rows: Int, columns: Int, _ kernels: ProductKernels) {
    self.rows = rows
    self.columns = columns
    self.kernels = kernels
    let count = packedCount(rows: rows, columns: columns, on: kernels)
    storage = .allocate(byteCount: max(count, 1) * MemoryLayout<Float>.stride, alignment: 64)
  }

  deinit { storage.deallocate() }

  /// Memory held: the matrix with its columns rounded up to whole panels.
  package var byteCount: Int { storage.count }

  private var mutablePanels: UnsafeMutablePointer<Float> {
    UnsafeMutablePointer(mutating: panels)
  }

  var panels: UnsafePointer<Float> {
    UnsafePointer(storage.bindMemory(to: Float.self).baseAddress.unsafelyUnwrapped)
  }
}

/// Floats of memory of a packed [rows, columns] matrix.
func packedCount(rows: Int, columns: Int, on kernels: ProductKernels) -> Int {
  let width = panelColumns(on: kernels)
  return (columns + width - 1) / width * width * kernels.steps(depth: rows)
}

/// Packs all panels of `b`, several at a time.
func packPanels(
  _ b: Matrix, into target: UnsafeMutablePointer<Float>, parallel: Parallel,
  on kernels: ProductKernels
) {
  let width = panelColumns(on: kernels)
  let panels = (b.columns + width - 1) / width
  // Half a nanosecond a float; a cancelled pack would leave garbage behind, so it does not poll.
  let nanoseconds = 0.5 * Double(width * b.rows)
  Parallel(threads: parallel.threads).forEach(panels, nanosecondsEach: nanoseconds) { panel in
    packPanels(b, first: panel, last: panel + 1, into: target, on: kernels)
  }
}
