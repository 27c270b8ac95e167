// The operands of a product in bfloat16: a step of depth is a pair of numbers, the last one with zero
// where the depth is odd.

/// Steps of depth of a sum of `products` products.
@inline(__always) func depthSteps(_ products: Int) -> Int { (products + 1) / 2 }

/// Whether rows of A are converted before a tile reads them.
@inline(__always) var isConverted: Bool { true }

/// How a packed tile of A lies: between two rows, and between two steps of depth.
@inline(__always)
func packedStrides(_ height: Int, steps: Int) -> (row: Int, step: Int) { (steps, 1) }

/// target[height][steps] = `lanes` rows of A as pairs from step `step` of depth on, the other lanes
/// zero.
@inline(never)
func packRows(
  _ a: Source, lanes: Int, laneStride: Int, depth: Int, depthStride: Int, step: Int, steps: Int,
  height: Int, into target: Target
) {
  let count = min(2 * steps, depth - 2 * step)
  for lane in 0..<lanes {
    let row = a + lane * laneStride + 2 * step * depthStride
    let pairs = target + lane * steps
    if depthStride == 1 {
      brainPairs(row: row, count: count, into: pairs)
    } else {
      for pair in 0..<steps {
        let first = splat(row[2 * pair * depthStride])
        let second = 2 * pair + 1 < count ? splat(row[(2 * pair + 1) * depthStride]) : Vector()
        pairs[pair] = brainPairs(first: first, second: second)[0]
      }
    }
  }
  for index in lanes * steps..<max(lanes, height) * steps { target[index] = 0 }
}

/// Pairs that are packed at once, so that their floats stay in the first-level cache.
private let pairsAtOnce = 64

extension Flavour {
  /// Floats of scratch that `packPanels` needs.
  package static var packScratchCount: Int { 2 * pairsAtOnce * rowWidth }

  /// Packs panels `first..<last` of B (`depth` × `columns`, any strides) into `target`.
  ///
  /// Layout: for each block of k, for each panel, [pairs in block][panelColumns][2], the columns
  /// beyond the matrix zero. `target` is the start of the whole packed matrix.
  package static func packPanels(
    _ b: UnsafePointer<Float>, depth: Int, columns: Int, depthStride: Int, columnStride: Int,
    first: Int, last: Int, into target: UnsafeMutablePointer<Float>,
    scratch: UnsafeMutablePointer<Float>
  ) {
    let panelWidth = rowWidth
    let padded = (columns + panelWidth - 1) / panelWidth * panelWidth
    let pairs = depthSteps(depth)
    var block = 0
    while block < pairs {
      let steps = min(depthBlock, pairs - block)
      for panel in first..<last {
        let column = panel * panelWidth
        let to = target + block * padded + column * steps
        var step = 0
        while step < steps {
          let k = 2 * (block + step)
          let some = min(pairsAtOnce, steps - step)
          let floats = min(2 * some, depth - k)
          interleave(
            b + k * depthStride + column * columnStride,
            lanes: min(panelWidth, columns - column), laneStride: columnStride, depth: floats,
            depthStride: depthStride, height: panelWidth, into: scratch)
          if floats < 2 * some {
            for lane in 0..<panelWidth { scratch[floats * panelWidth + lane] = 0 }
          }
          for pair in 0..<some { packPair(scratch, pair, into: to + step * panelWidth) }
          step += some
        }
      }
      block += steps
    }
  }
}

/// Rows 2 · `pair` and 2 · `pair` + 1 of a float panel become row `pair` of a panel of pairs.
@inline(__always)
private func packPair(_ floats: Target, _ pair: Int, into target: Target) {
  let from = UnsafePointer(floats + 2 * pair * rowWidth)
  var lane = 0
  while lane < rowWidth {
    store(
      brainPairs(first: load(from + lane), second: load(from + rowWidth + lane)),
      target + pair * rowWidth + lane)
    lane += width
  }
}
