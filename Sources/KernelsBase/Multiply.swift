// The blocked matrix product: out = epilogue(A · B) for one block of rows and a range of panels.

import CPUFeatures

/// Steps of depth of one block of k: sums are formed block by block, always in this order, whatever
/// the threads or the shape. 384 · rowWidth floats of B stay in the first-level cache.
let depthBlock = 384

extension Flavour {
  /// Columns of one packed panel of B.
  package static var panelColumns: Int { rowWidth }
  /// Rows of the register tile.
  package static var tileRows: Int { fullTileRows }

  /// Floats of scratch that `multiplyBlock` needs for a block of `rows` × `panels`.
  package static func scratchCount(rows: Int, depth: Int, panels: Int) -> Int {
    let depth = depthSteps(depth)
    let tiles = (rows + tileRows - 1) / tileRows
    let partial = depth > depthBlock ? panels * tiles : 1
    return tiles * tileRows * min(depth, depthBlock) + partial * tileRows * rowWidth
  }

  /// Rows `0..<rows` of out at the columns of panels `first..<last`:
  /// out = activation(scale · A · B + bias) + residual (+ out).
  ///
  /// `out`, `residual` and `preactivation` have the same row stride and start at column 0; `bias`
  /// too. They are written once, after the last block of k, so `residual` may be `out` itself.
  package static func multiplyBlock(
    _ a: UnsafePointer<Float>, rowStride: Int, columnStride: Int, rows: Int, depth: Int,
    panels: UnsafePointer<Float>, columns: Int, first: Int, last: Int,
    into out: UnsafeMutablePointer<Float>, outStride: Int, scale: Float,
    bias: UnsafePointer<Float>?, activation: Int,
    preactivation: UnsafeMutablePointer<Float>?, residual: UnsafePointer<Float>?,
    accumulate: Bool, scratch: UnsafeMutablePointer<Float>
  ) {
    let panelWidth = rowWidth
    let padded = (columns + panelWidth - 1) / panelWidth * panelWidth
    let tiles = (rows + tileRows - 1) / tileRows
    let tileSize = tileRows * panelWidth
    let products = depth
    let depth = depthSteps(products)
    let isDeep = depth > depthBlock
    // With one block of k and no more than a bias on write-back, whole tiles go straight to the output.
    let isPlain =
      !isDeep && activation == ASSAY_IDENTITY && preactivation == nil && residual == nil
    // Rows that lie in memory as a tile reads them are read where they are.
    let isReadInPlace = columnStride == 1 && !isConverted
    let packed = scratch
    let partials = scratch + tiles * tileRows * min(depth, depthBlock)
    var k = 0
    repeat {
      let steps = min(depthBlock, depth - k)
      for tile in 0..<tiles {
        let (row, lanes) = tileRange(tile, rows: rows)
        if isReadInPlace && lanes == tileHeight(lanes) { continue }
        packRows(
          a + row * rowStride, lanes: lanes, laneStride: rowStride, depth: products,
          depthStride: columnStride, step: k, steps: steps, height: tileHeight(lanes),
          into: packed + row * steps)
      }
      let isLast = k + steps == depth
      for panel in first..<last {
        let b = panels + k * padded + panel * panelWidth * steps
        for tile in 0..<tiles {
          let (row, lanes) = tileRange(tile, rows: rows)
          let height = tileHeight(lanes)
          let column = panel * panelWidth
          let offset = row * outStride + column
          let isInPlace = isReadInPlace && lanes == height
          let rowsOfA = isInPlace ? a + row * rowStride + k : UnsafePointer(packed + row * steps)
          let (tileStride, step) = isInPlace ? (rowStride, 1) : packedStrides(height, steps: steps)
          if isPlain && lanes == height && columns - column >= panelWidth {
            multiplyTile(
              height, rowsOfA, rowStride: tileStride, step: step, b, steps, out + offset,
              stride: outStride, scale: scale, bias: bias.map { $0 + column }, adding: accumulate)
            continue
          }
          let target = partials + (isDeep ? ((panel - first) * tiles + tile) * tileSize : 0)
          multiplyTile(
            height, rowsOfA, rowStride: tileStride, step: step, b, steps, target,
            stride: panelWidth, scale: 1, bias: nil, adding: k > 0)
          if isLast {
            writeBack(
              UnsafePointer(target), rows: lanes, columns: min(panelWidth, columns - column),
              into: out + offset, outStride: outStride, scale: scale,
              bias: bias.map { $0 + column }, activation: activation,
              preactivation: preactivation.map { $0 + offset },
              residual: residual.map { $0 + offset }, accumulate: accumulate)
          }
        }
      }
      k += steps
    } while k < depth
  }
}
