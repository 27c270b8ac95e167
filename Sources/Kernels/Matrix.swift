/// A matrix in memory with any strides, in floats: a transpose is the same memory with its strides
/// exchanged, so one product serves all four cases.
package struct Matrix {
  package var base: UnsafePointer<Float>
  package var rows: Int
  package var columns: Int
  package var rowStride: Int
  package var columnStride: Int

  package init(
    base: UnsafePointer<Float>, rows: Int, columns: Int, rowStride: Int, columnStride: Int
  ) {
    self.base = base
    self.rows = rows
    self.columns = columns
    self.rowStride = rowStride
    self.columnStride = columnStride
  }

  /// A matrix stored row after row without gaps.
  package init(_ base: UnsafePointer<Float>, rows: Int, columns: Int) {
    self.init(base: base, rows: rows, columns: columns, rowStride: columns, columnStride: 1)
  }

  /// The same memory with rows and columns exchanged.
  package var transposed: Matrix {
    Matrix(
      base: base, rows: columns, columns: rows, rowStride: columnStride, columnStride: rowStride)
  }
}
