/// The right-hand side of a product, rearranged once into the panels the kernels read.
///
/// Immutable and opaque: the layout belongs to the instruction set it was packed for.
package final class PackedMatrix: Sendable {
  /// Depth of the product (rows of the packed matrix).
  package let rows: Int
  package let columns: Int
  let instructionSet: InstructionSet
  nonisolated(unsafe) private let storage: UnsafeMutableRawBufferPointer

  /// Packs `b`, a [k, n] matrix with any strides; `b` is copied and not kept.
  package static func pack(
    _ b: Matrix, parallel: Parallel = .serial, on instructionSet: InstructionSet = .active
  ) -> PackedMatrix {
    let packed = PackedMatrix(rows: b.rows, columns: b.columns, instructionSet: instructionSet)
    packPanels(b, into: packed.mutablePanels, parallel: parallel, on: instructionSet)
    return packed
  }

  private init(rows: Int, columns: Int, instructionSet: InstructionSet) {
    self.rows = rows
    self.columns = columns
    self.instructionSet = instructionSet
    let count = packedCount(rows: rows, columns: columns, on: instructionSet)
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

/// Floats of a packed [rows, columns] matrix.
func packedCount(rows: Int, columns: Int, on instructionSet: InstructionSet) -> Int {
  let width = panelColumns(on: instructionSet)
  return (columns + width - 1) / width * width * rows
}

/// Packs all panels of `b`, several at a time.
func packPanels(
  _ b: Matrix, into target: UnsafeMutablePointer<Float>, parallel: Parallel,
  on instructionSet: InstructionSet
) {
  let width = panelColumns(on: instructionSet)
  let panels = (b.columns + width - 1) / width
  // Half a nanosecond a float; a cancelled pack would leave garbage behind, so it does not poll.
  let nanoseconds = 0.5 * Double(width * b.rows)
  Parallel(threads: parallel.threads).forEach(panels, nanosecondsEach: nanoseconds) { panel in
    packPanels(b, first: panel, last: panel + 1, into: target, on: instructionSet)
  }
}
