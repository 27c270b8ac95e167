// The operands of a product in float: a step of depth is one number.

/// Steps of depth of a sum of `products` products.
@inline(__always) func depthSteps(_ products: Int) -> Int { products }

/// Whether rows of A are converted before a tile reads them.
@inline(__always) var isConverted: Bool { false }

/// How a packed tile of A lies: between two rows, and between two steps of depth.
@inline(__always)
func packedStrides(_ height: Int, steps: Int) -> (row: Int, step: Int) { (1, height) }

/// target[steps][height] = `lanes` rows of A from step `step` of depth on, the other lanes zero.
@inline(__always)
func packRows(
  _ a: Source, lanes: Int, laneStride: Int, depth: Int, depthStride: Int, step: Int, steps: Int,
  height: Int, into target: Target
) {
  interleave(
    a + step * depthStride, lanes: lanes, laneStride: laneStride, depth: steps,
    depthStride: depthStride, height: height, into: target)
}

extension Flavour {
  /// Floats of scratch that `packPanels` needs.
  package static var packScratchCount: Int { 0 }

  /// Packs panels `first..<last` of B (`depth` × `columns`, any strides) into `target`.
  ///
  /// Layout: for each block of k, for each panel, [depth in block][panelColumns], the columns
  /// beyond the matrix zero. `target` is the start of the whole packed matrix.
  package static func packPanels(
    _ b: UnsafePointer<Float>, depth: Int, columns: Int, depthStride: Int, columnStride: Int,
    first: Int, last: Int, into target: UnsafeMutablePointer<Float>,
    scratch: UnsafeMutablePointer<Float>
  ) {
    let panelWidth = rowWidth
    let padded = (columns + panelWidth - 1) / panelWidth * panelWidth
    var k = 0
    while k < depth {
      let steps = min(depthBlock, depth - k)
      for panel in first..<last {
        let column = panel * panelWidth
        interleave(
          b + k * depthStride + column * columnStride, lanes: min(panelWidth, columns - column),
          laneStride: columnStride, depth: steps, depthStride: depthStride, height: panelWidth,
          into: target + k * padded + column * steps)
      }
      k += depthBlock
    }
  }
}
