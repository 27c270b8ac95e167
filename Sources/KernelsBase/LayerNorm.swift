// Layer normalisation over rows, its fused residual addition, and its backward.

extension Flavour {
  /// y = gamma ⊙ (s − mean s) · r + beta with s = x + residual, r = 1 / √(variance s + epsilon).
  ///
  /// [rows, columns]; two passes (the variance is that of the centred values). `sum`, `mean` and
  /// `deviation` receive s, the means and the r when they are not nil. `y` may be `x`, unless
  /// `residual` is given without `sum`: s is then kept in `y`.
  package static func layerNormRows(
    _ x: UnsafePointer<Float>, residual: UnsafePointer<Float>?, gamma: UnsafePointer<Float>,
    beta: UnsafePointer<Float>, epsilon: Float, into y: UnsafeMutablePointer<Float>,
    sum sums: UnsafeMutablePointer<Float>?, mean means: UnsafeMutablePointer<Float>?,
    reciprocalDeviation: UnsafeMutablePointer<Float>?, rows: Int, columns: Int
  ) {
    for row in 0..<rows {
      let start = row * columns
      var values = x + start
      var total = Vector()
      if let residual {
        let kept = (sums ?? y) + start
        var offset = 0
        while offset < columns {
          let lanes = min(width, columns - offset)
          let value = load(values + offset, lanes) + load(residual + start + offset, lanes)
          store(value, kept + offset, lanes)
          total += value
          offset += width
        }
        values = UnsafePointer(kept)
      } else {
        var offset = 0
        while offset < columns {
          let lanes = min(width, columns - offset)
          let value = load(values + offset, lanes)
          if let sums { store(value, sums + start + offset, lanes) }
          total += value
          offset += width
        }
      }
      let mean = sum(total) / Float(columns)
      let centre = splat(mean)
      var squares = Vector()
      var offset = 0
      while offset < columns {
        let lanes = min(width, columns - offset)
        let difference = load(values + offset, lanes, fill: mean) - centre
        squares = multiplyAdd(difference, difference, squares)
        offset += width
      }
      let variance = sum(squares) / Float(columns)
      let deviation = 1 / (variance + epsilon).squareRoot()
      means?[row] = mean
      reciprocalDeviation?[row] = deviation
      let factor = splat(deviation)
      offset = 0
      while offset < columns {
        let lanes = min(width, columns - offset)
        let normal = (load(values + offset, lanes) - centre) * factor
        let value = multiplyAdd(normal, load(gamma + offset, lanes), load(beta + offset, lanes))
        store(value, y + start + offset, lanes)
        offset += width
      }
    }
  }

  /// dx = r · (g − mean g − n · mean(g ⊙ n)) with g = dy ⊙ gamma and n = (x − mean) · r.
  ///
  /// In the forward pass y was gamma ⊙ n + beta; `x` is what was normalised (with its residual).
  /// dgamma += Σ dy ⊙ n and dbeta += Σ dy over the rows in ascending order, when not nil. `dx` may
  /// be `dy`.
  package static func layerNormBackwardRows(
    _ x: UnsafePointer<Float>, _ dy: UnsafePointer<Float>, gamma: UnsafePointer<Float>,
    mean means: UnsafePointer<Float>, reciprocalDeviation: UnsafePointer<Float>,
    into dx: UnsafeMutablePointer<Float>, dgamma: UnsafeMutablePointer<Float>?,
    dbeta: UnsafeMutablePointer<Float>?, rows: Int, columns: Int
  ) {
    for row in 0..<rows {
      let values = x + row * columns
      let cotangents = dy + row * columns
      let centre = splat(means[row])
      let factor = splat(reciprocalDeviation[row])
      var plain = Vector()
      var weighted = Vector()
      var offset = 0
      while offset < columns {
        let lanes = min(width, columns - offset)
        let normal = (load(values + offset, lanes) - centre) * factor
        let cotangent = load(cotangents + offset, lanes)
        let g = cotangent * load(gamma + offset, lanes)
        plain += g
        weighted = multiplyAdd(g, normal, weighted)
        if let dgamma {
          let before = load(UnsafePointer(dgamma) + offset, lanes)
          store(multiplyAdd(cotangent, normal, before), dgamma + offset, lanes)
        }
        if let dbeta {
          store(load(UnsafePointer(dbeta) + offset, lanes) + cotangent, dbeta + offset, lanes)
        }
        offset += width
      }
      let meanPlain = splat(sum(plain) / Float(columns))
      let meanWeighted = splat(sum(weighted) / Float(columns))
      offset = 0
      while offset < columns {
        let lanes = min(width, columns - offset)
        let normal = (load(values + offset, lanes) - centre) * factor
        let g = load(cotangents + offset, lanes) * load(gamma + offset, lanes)
        let value = (g - meanPlain - normal * meanWeighted) * factor
        store(value, dx + row * columns + offset, lanes)
        offset += width
      }
    }
  }
}
