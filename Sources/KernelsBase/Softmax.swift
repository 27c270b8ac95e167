// Softmax over rows and its backward.

extension Flavour {
  /// x = softmax(x + mask) in place for every row of [rows, columns].
  ///
  /// Three passes (largest, exponentials and their sum, division); the sum is formed in float,
  /// lane by lane. A row in which everything is −∞ becomes zeros; a NaN makes its row NaN.
  package static func softmaxRows(
    _ x: UnsafeMutablePointer<Float>, rows: Int, columns: Int, mask: UnsafePointer<Float>?
  ) {
    for row in 0..<rows {
      let values = x + row * columns
      var most = splat(-.infinity)
      if let mask {
        var offset = 0
        while offset < columns {
          let lanes = min(width, columns - offset)
          let value = load(values + offset, lanes, fill: -.infinity) + load(mask + offset, lanes)
          store(value, values + offset, lanes)
          most = larger(value, most)
          offset += width
        }
      } else {
        var offset = 0
        while offset < columns {
          let lanes = min(width, columns - offset)
          most = larger(load(values + offset, lanes, fill: -.infinity), most)
          offset += width
        }
      }
      let peak = largest(most)
      let shift = splat(peak == -.infinity ? 0 : peak)
      var total = Vector()
      var offset = 0
      while offset < columns {
        let lanes = min(width, columns - offset)
        let value = exponential(load(values + offset, lanes, fill: -.infinity) - shift)
        store(value, values + offset, lanes)
        total += value
        offset += width
      }
      let denominator = sum(total)
      let factor = splat(denominator == 0 ? 0 : 1 / denominator)
      offset = 0
      while offset < columns {
        let lanes = min(width, columns - offset)
        store(load(values + offset, lanes) * factor, values + offset, lanes)
        offset += width
      }
    }
  }

  /// dx = scale · y ⊙ (dy − ⟨y, dy⟩) row by row: in the forward pass y was softmax(scale · x).
  ///
  /// `dx` may be `dy`.
  package static func softmaxBackwardRows(
    _ y: UnsafePointer<Float>, _ dy: UnsafePointer<Float>, into dx: UnsafeMutablePointer<Float>,
    rows: Int, columns: Int, scale: Float
  ) {
    let scale = splat(scale)
    for row in 0..<rows {
      let start = row * columns
      var inner = Vector()
      var offset = 0
      while offset < columns {
        let lanes = min(width, columns - offset)
        let index = start + offset
        inner = multiplyAdd(load(y + index, lanes), load(dy + index, lanes), inner)
        offset += width
      }
      let mean = splat(sum(inner))
      offset = 0
      while offset < columns {
        let lanes = min(width, columns - offset)
        let index = start + offset
        let value = load(y + index, lanes) * (load(dy + index, lanes) - mean)
        store(value * scale, dx + index, lanes)
        offset += width
      }
    }
  }
}
