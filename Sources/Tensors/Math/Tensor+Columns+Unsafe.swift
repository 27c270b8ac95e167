import Kernels

/// Blocks of columns that stand at equal distances in a row.
package struct ColumnBlocks: Sendable, Equatable {
  /// The first column of the first block.
  package let start: Int
  /// The columns of one block.
  package let width: Int
  /// From the start of one block to that of the next.
  package let stride: Int
  /// The number of blocks.
  package let count: Int

  package init(start: Int, width: Int, stride: Int = 0, count: Int = 1) {
    self.start = start
    self.width = width
    self.stride = stride
    self.count = count
  }
}

extension Tensor {
  /// The blocks' columns side by side, `[rows, blocks · width]`.
  /// - Precondition: the blocks lie within the columns.
  package func columns(_ blocks: ColumnBlocks) -> Tensor {
    let (rows, source) = (rowCount, columnCount)
    precondition(blocks.end <= source, "a block of columns that does not exist")
    return Tensor(shape: [rows, blocks.count * blocks.width]) { buffer in
      guard let base = buffer.baseAddress else { return }
      withExtendedLifetime(self) {
        for row in 0..<rows {
          for block in 0..<blocks.count {
            (base + (row * blocks.count + block) * blocks.width).initialize(
              from: unsafePointer + row * source + blocks.start + block * blocks.stride,
              count: blocks.width)
          }
        }
      }
    }
  }

  /// The inverse of `columns` among zeros, `[rows, columns]`.
  package func spreadingColumns(_ blocks: ColumnBlocks, over columns: Int) -> Tensor {
    let rows = rowCount
    precondition(blocks.end <= columns, "a block of columns that does not exist")
    return Tensor(shape: [rows, columns]) { buffer in
      guard let base = buffer.baseAddress else { return }
      base.initialize(repeating: 0, count: buffer.count)
      withExtendedLifetime(self) {
        for row in 0..<rows {
          for block in 0..<blocks.count {
            (base + row * columns + blocks.start + block * blocks.stride).update(
              from: unsafePointer + (row * blocks.count + block) * blocks.width,
              count: blocks.width)
          }
        }
      }
    }
  }

  /// Every group of `width` columns `repeats` times, the copies side by side.
  package func repeatingColumns(width: Int, repeats: Int) -> Tensor {
    let groups = count / width
    return Tensor(shape: [rowCount, columnCount * repeats]) { buffer in
      guard let base = buffer.baseAddress else { return }
      withExtendedLifetime(self) {
        for copy in 0..<groups * repeats {
          (base + copy * width).initialize(
            from: unsafePointer + copy / repeats * width, count: width)
        }
      }
    }
  }

  /// The sum of every `repeats` neighbouring groups of `width` columns, ascending.
  package func summingColumns(width: Int, repeats: Int) -> Tensor {
    let groups = count / width
    return Tensor(shape: [rowCount, columnCount / repeats]) { buffer in
      guard let base = buffer.baseAddress else { return }
      base.initialize(repeating: 0, count: buffer.count)
      withExtendedLifetime(self) {
        for copy in 0..<groups {
          addScaled(
            unsafePointer + copy * width, by: 1, into: base + copy / repeats * width, count: width)
        }
      }
    }
  }
}

extension ColumnBlocks {
  /// One past the last column.
  fileprivate var end: Int { start + max(0, count - 1) * stride + width }
}
