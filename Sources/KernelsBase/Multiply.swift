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
    let partial =
      depth > depthBlock ? min(panels, panelsAtOnce(tiles: tiles)) * tiles : panelsTogether
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
    let tiles = (rows + tileRows - 1) / tileRows
    let products = depth
    let depth = depthSteps(products)
    // Groups of panels whose partial sums stay in the second-level cache from one block of k to the next.
    let most = depth > depthBlock ? panelsAtOnce(tiles: tiles) : last - first
    // Rows that lie in memory as a tile reads them are read where they are, unless there are panels
    // enough to pay for tiles that lie without gaps.
    let isReadInPlace = columnStride == 1 && !isConverted && last - first < panelsWorthPacking
    var group = first
    while group < last {
      let end = group + min(most, last - group)
      var k = 0
      repeat {
        let steps = min(depthBlock, depth - k)
        packTiles(
          a, rowStride: rowStride, columnStride: columnStride, rows: rows, depth: products, step: k,
          steps: steps, skippingWhole: isReadInPlace, into: scratch)
        multiplyPanels(
          a, rowStride: rowStride, rows: rows, step: k, steps: steps, depth: depth,
          isReadInPlace: isReadInPlace, panels: panels, columns: columns, first: group, last: end,
          into: out, outStride: outStride, scale: scale, bias: bias, activation: activation,
          preactivation: preactivation, residual: residual, accumulate: accumulate,
          scratch: scratch)
        k += steps
      } while k < depth
      group = end
    }
  }
}

/// Panels from which on the rows of A are packed though they could be read in place.
@inline(__always)
private var panelsWorthPacking: Int {
  #if KERNELS_V3
    32
  #else
    .max
  #endif
}

/// Panels of a group. With AVX2 the partial sums of its `tiles` tiles each take 128 kB together, so that
/// they stay in a second-level cache of 512; wider registers came with larger ones.
@inline(__always)
private func panelsAtOnce(tiles: Int) -> Int {
  #if KERNELS_V3
    max(1, (32 << 10) / (tiles * fullTileRows * rowWidth))
  #else
    .max
  #endif
}

/// Packs steps `step..<step + steps` of the rows of A, tile by tile; whole tiles may be left out.
@inline(__always)
private func packTiles(
  _ a: Source, rowStride: Int, columnStride: Int, rows: Int, depth: Int, step: Int, steps: Int,
  skippingWhole: Bool, into packed: Target
) {
  for tile in 0..<(rows + fullTileRows - 1) / fullTileRows {
    let (row, lanes) = tileRange(tile, rows: rows)
    if skippingWhole && lanes == tileHeight(lanes) { continue }
    packRows(
      a + row * rowStride, lanes: lanes, laneStride: rowStride, depth: depth,
      depthStride: columnStride, step: step, steps: steps, height: tileHeight(lanes),
      into: packed + row * steps)
  }
}

/// One block of k for a group of panels; its last one writes the output.
@inline(__always)
private func multiplyPanels(
  _ a: Source, rowStride: Int, rows: Int, step k: Int, steps: Int, depth: Int, isReadInPlace: Bool,
  panels: Source, columns: Int, first: Int, last: Int, into out: Target, outStride: Int,
  scale: Float, bias: Source?, activation: Int, preactivation: Target?, residual: Source?,
  accumulate: Bool, scratch: Target
) {
  let panelWidth = rowWidth
  let padded = (columns + panelWidth - 1) / panelWidth * panelWidth
  let tiles = (rows + fullTileRows - 1) / fullTileRows
  let tileSize = fullTileRows * panelWidth
  let isDeep = depth > depthBlock
  // With one block of k and no more than a bias on write-back, whole tiles go straight to the output.
  let isPlain = !isDeep && activation == ASSAY_IDENTITY && preactivation == nil && residual == nil
  let packed = UnsafePointer(scratch)
  let partials = scratch + tiles * fullTileRows * min(depth, depthBlock)
  let isLast = k + steps == depth
  /// What becomes of the sums of a tile.
  @inline(__always)
  func finish(_ target: Target, row: Int, rows: Int, panel: Int) {
    let column = panel * panelWidth
    let offset = row * outStride + column
    writeBack(
      UnsafePointer(target), rows: rows, columns: min(panelWidth, columns - column),
      into: out + offset, outStride: outStride, scale: scale, bias: bias.map { $0 + column },
      activation: activation, preactivation: preactivation.map { $0 + offset },
      residual: residual.map { $0 + offset }, accumulate: accumulate)
  }
  var start = first
  if rows == 1 {
    let inner = isReadInPlace ? 1 : packedStrides(tileHeight(1), steps: steps).step
    while start + panelsTogether <= last {
      let target = partials + (isDeep ? (start - first) * tileSize : 0)
      multiplySingleRow(
        isReadInPlace ? a + k : packed, step: inner,
        panels + k * padded + start * panelWidth * steps, panelStride: panelWidth * steps, steps,
        target, stride: tileSize, adding: k > 0)
      if isLast {
        for panel in 0..<panelsTogether {
          finish(target + panel * tileSize, row: 0, rows: 1, panel: start + panel)
        }
      }
      start += panelsTogether
    }
  }
  for panel in start..<last {
    let b = panels + k * padded + panel * panelWidth * steps
    // The first tile of a panel, which waits for memory, asks for the panel after it as well.
    let following = panel + 1 < last ? b + panelWidth * steps : b
    for tile in 0..<tiles {
      let (row, lanes) = tileRange(tile, rows: rows)
      let height = tileHeight(lanes)
      let column = panel * panelWidth
      let offset = row * outStride + column
      let isInPlace = isReadInPlace && lanes == height
      let rowsOfA = isInPlace ? a + row * rowStride + k : packed + row * steps
      let next = tile == 0 ? following : b
      let (tileStride, step) = isInPlace ? (rowStride, 1) : packedStrides(height, steps: steps)
      if isPlain && lanes == height && columns - column >= panelWidth {
        multiplyTile(
          height, rowsOfA, rowStride: tileStride, step: step, b, steps, next: next,
          out + offset, stride: outStride, scale: scale, bias: bias.map { $0 + column },
          adding: accumulate)
        continue
      }
      let target = partials + (isDeep ? ((panel - first) * tiles + tile) * tileSize : 0)
      multiplyTile(
        height, rowsOfA, rowStride: tileStride, step: step, b, steps, next: next,
        target, stride: panelWidth, scale: 1, bias: nil, adding: k > 0)
      if isLast { finish(target, row: row, rows: lanes, panel: panel) }
    }
  }
}
