// The product with a transposed weight, read from the panels of the weight itself: one packing serves both
// directions.
//
// out = A · Wᵀ is made as outᵀ = W · Aᵀ. Rows of W, which are columns of out, lie in a panel as the rows of
// a tile must: step after step without gaps, panel after panel.

extension Flavour {
  /// Whether this flavour can read the panels of a matrix of `rows` × `columns` both ways: no block of k has
  /// fewer steps than a tile has rows, and all panels are full.
  package static func readsTransposed(rows: Int, columns: Int) -> Bool {
    #if KERNELS_V3 || KERNELS_V4
      let rest = rows % depthBlock
      return columns > 0 && columns % rowWidth == 0 && rows >= fullTileRows
        && (rest == 0 || rest >= fullTileRows)
    #else
      return false
    #endif
  }

  /// Floats of scratch for `tiles` tiles and `panels` panels of packed rows.
  package static func transposedScratchCount(tiles: Int, panels: Int) -> Int {
    tiles * panels * fullTileRows * rowWidth
  }

  /// Tiles of a matrix with `rows` rows, block of k by block of k.
  package static func transposedTiles(rows: Int) -> Int {
    let rest = rows % depthBlock
    return rows / depthBlock * tilesOfBlock + (rest + fullTileRows - 1) / fullTileRows
  }

  private static var tilesOfBlock: Int { (depthBlock + fullTileRows - 1) / fullTileRows }

  /// out = A · Wᵀ, for the packed W of `rows` × `columns` and the packed Aᵀ, `transposed`, of `outRows`
  /// columns: at the rows that lie in its panels `firstPanel..<lastPanel` and the columns that tiles
  /// `first..<last` of W make.
  ///
  /// The last tile of a block of k begins early enough to be whole. A sum is formed as it is with a packed
  /// transpose, in the same order and in the same blocks, so that it has the same bits.
  /// - Precondition: `readsTransposed`.
  package static func multiplyTransposed(
    _ panels: UnsafePointer<Float>, rows: Int, columns: Int, transposed: UnsafePointer<Float>,
    outRows: Int, firstPanel: Int, lastPanel: Int, first: Int, last: Int,
    into out: UnsafeMutablePointer<Float>, outStride: Int, scratch: UnsafeMutablePointer<Float>
  ) {
    #if KERNELS_V3 || KERNELS_V4
      let padded = (outRows + rowWidth - 1) / rowWidth * rowWidth
      let tileSize = fullTileRows * rowWidth
      var depth = 0
      while depth < columns {
        let steps = min(depthBlock, columns - depth)
        var sums = scratch
        for tile in first..<last {
          let block = tile / tilesOfBlock * depthBlock
          let rowsOfBlock = min(depthBlock, rows - block)
          let row = min(tile % tilesOfBlock * fullTileRows, rowsOfBlock - fullTileRows)
          let weights = panels + block * columns + depth * rowsOfBlock + row * rowWidth
          for panel in firstPanel..<lastPanel {
            let outRow = panel * rowWidth
            multiplyTransposedTile(
              weights, panels: steps / rowWidth, apart: rowsOfBlock * rowWidth,
              transposed + depth * padded + outRow * steps, sums, stride: rowWidth,
              adding: depth > 0)
            if depth + steps == columns {
              transposeLanes(
                UnsafePointer(sums), fullTileRows, rowWidth, min(rowWidth, outRows - outRow),
                outStride, out + outRow * outStride + block + row)
            }
            sums += tileSize
          }
        }
        depth += steps
      }
    #endif
  }
}
