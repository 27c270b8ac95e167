/// Turns of pairs of columns by a position's angles.
package struct Rotation: Sendable {
  /// The width of one head; its first `2 · half` columns turn.
  package let headWidth: Int
  /// cos of the angles, `[positions, half]`.
  package let cosines: Tensor
  /// sin of the angles, `[positions, half]`.
  package let sines: Tensor
  /// The position of every row, below the tables' first extent.
  package let positions: [Int]

  /// - Precondition: both tables have the same shape, with a row for every position, and are at most
  ///   half as wide as a head.
  package init(headWidth: Int, cosines: Tensor, sines: Tensor, positions: [Int]) {
    precondition(
      cosines.shape == sines.shape && 2 * cosines.shape[1] <= headWidth
        && positions.allSatisfy { $0 >= 0 && $0 < cosines.shape[0] },
      "rotation tables that do not fit")
    self.headWidth = headWidth
    self.cosines = cosines
    self.sines = sines
    self.positions = positions
  }
}

extension Tensor {
  /// Every head's pairs (x_i, x_{i + half}) turned by the row's angles, or turned back.
  package func rotated(
    _ rotation: Rotation, backwards: Bool, _ execution: Execution
  ) -> Tensor {
    let (columns, width, half) = (columnCount, rotation.headWidth, rotation.cosines.shape[1])
    precondition(rotation.positions.count == rowCount, "one position a row")
    let output = Tensor.uninitialized(shape)
    nonisolated(unsafe) let (x, y) = (unsafePointer, output.unsafeMutablePointer)
    nonisolated(unsafe) let cosines = rotation.cosines.unsafePointer
    nonisolated(unsafe) let sines = rotation.sines.unsafePointer
    let sign: Float = backwards ? -1 : 1
    withExtendedLifetime((self, rotation.cosines, rotation.sines)) {
      forEachRowBlock(execution) { block in
        for row in block {
          let c = cosines + rotation.positions[row] * half
          let s = sines + rotation.positions[row] * half
          for start in stride(from: row * columns, to: (row + 1) * columns, by: width) {
            let (from, to) = (x + start, y + start)
            for pair in 0..<half {
              let (a, b, sine) = (from[pair], from[pair + half], sign * s[pair])
              to[pair] = a * c[pair] - b * sine
              to[pair + half] = b * c[pair] + a * sine
            }
            (to + 2 * half).update(from: from + 2 * half, count: width - 2 * half)
          }
        }
      }
    }
    return output
  }
}
