/// How an [m, n] product is cut into blocks of rows × panels, one item of work each.
struct BlockGrid {
  private let rows: Int
  private let panels: Int
  private let rowsEach: Int
  private let panelsEach: Int
  private let rowBlocks: Int
  let count: Int
  let nanosecondsEach: Double

  /// Rows of one block: a whole number of tiles for every instruction set, small enough that the
  /// packed rows (384 deep) stay in the second-level cache.
  static let largestRows = 144

  init(rows: Int, depth: Int, columns: Int, threads: Int, on kernels: ProductKernels) {
    let width = panelColumns(on: kernels)
    let height = tileRows(on: kernels)
    self.rows = rows
    panels = (columns + width - 1) / width
    // Equal blocks of rows, in whole tiles.
    let fewest = (rows + BlockGrid.largestRows - 1) / BlockGrid.largestRows
    let even = (rows + fewest - 1) / fewest
    rowsEach = (even + height - 1) / height * height
    rowBlocks = (rows + rowsEach - 1) / rowsEach
    // With several threads the columns are split too, until there are a few items for each of them
    // or an item would be smaller than a grain.
    let nanoseconds =
      Double(rows) * Double(columns) * Double(depth) / kernels.multiplyAddsPerNanosecond
    let wanted = threads == 1 ? 1 : (4 * threads + rowBlocks - 1) / rowBlocks
    let affordable = Int(nanoseconds / Parallel.grain / Double(rowBlocks))
    let columnBlocks = max(1, min(wanted, affordable, panels))
    panelsEach = (panels + columnBlocks - 1) / columnBlocks
    count = rowBlocks * ((panels + panelsEach - 1) / panelsEach)
    nanosecondsEach = nanoseconds / Double(count)
  }

  /// Blocks of the same columns follow each other: their panels are then still in cache.
  func block(_ index: Int) -> (rows: Range<Int>, panels: Range<Int>) {
    let row = index % rowBlocks * rowsEach
    let panel = index / rowBlocks * panelsEach
    return (row..<min(row + rowsEach, rows), panel..<min(panel + panelsEach, panels))
  }
}
