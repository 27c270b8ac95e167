// Elementwise arithmetic and reductions over contiguous floats.

extension Flavour {
  /// out = a + b; `out` may be either.
  package static func add(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>,
    count: Int
  ) {
    var offset = 0
    while offset < count {
      let lanes = min(width, count - offset)
      store(load(a + offset, lanes) + load(b + offset, lanes), out + offset, lanes)
      offset += width
    }
  }

  /// Whether every magnitude is below 2 to the power of `exponent`, which NaN is not.
  package static func isBelow(exponent: Int, _ a: UnsafePointer<Float>, count: Int) -> Bool {
    // The sign goes, and the top bit is carried into by what is too large. Nothing but bits, so that
    // the loop becomes one of vectors.
    let carry = (1 << 31) &- UInt32(truncatingIfNeeded: exponent &+ 127) << 23
    var excess: UInt32 = 0
    for index in 0..<count { excess |= (a[index].bitPattern & 0x7FFF_FFFF) &+ carry }
    return excess >> 31 == 0
  }

  /// out = a ⊙ b; `out` may be either.
  package static func multiplyElements(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>,
    count: Int
  ) {
    var offset = 0
    while offset < count {
      let lanes = min(width, count - offset)
      store(load(a + offset, lanes) * load(b + offset, lanes), out + offset, lanes)
      offset += width
    }
  }

  /// out = factor · a; `out` may be `a`.
  package static func scale(
    _ a: UnsafePointer<Float>, by factor: Float, into out: UnsafeMutablePointer<Float>, count: Int
  ) {
    let factor = splat(factor)
    var offset = 0
    while offset < count {
      let lanes = min(width, count - offset)
      store(load(a + offset, lanes) * factor, out + offset, lanes)
      offset += width
    }
  }

  /// out += factor · a
  package static func addScaled(
    _ a: UnsafePointer<Float>, by factor: Float, into out: UnsafeMutablePointer<Float>, count: Int
  ) {
    let factor = splat(factor)
    var offset = 0
    while offset < count {
      let lanes = min(width, count - offset)
      let before = load(UnsafePointer(out) + offset, lanes)
      store(multiplyAdd(load(a + offset, lanes), factor, before), out + offset, lanes)
      offset += width
    }
  }

  /// Σ a ⊙ b, the products and the sum in double, in four interleaved chains.
  package static func dot(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int
  ) -> Double {
    var chain0 = 0.0
    var chain1 = 0.0
    var chain2 = 0.0
    var chain3 = 0.0
    let whole = count & ~3
    var index = 0
    while index < whole {
      chain0 += Double(a[index]) * Double(b[index])
      chain1 += Double(a[index + 1]) * Double(b[index + 1])
      chain2 += Double(a[index + 2]) * Double(b[index + 2])
      chain3 += Double(a[index + 3]) * Double(b[index + 3])
      index += 4
    }
    while index < count {
      chain0 += Double(a[index]) * Double(b[index])
      index += 1
    }
    return (chain0 + chain1) + (chain2 + chain3)
  }

  /// out (+)= the sum of every column of x [rows, columns], rows in ascending order.
  package static func columnSums(
    _ x: UnsafePointer<Float>, rows: Int, columns: Int, into out: UnsafeMutablePointer<Float>,
    accumulate: Bool
  ) {
    var offset = 0
    while offset < columns {
      let lanes = min(width, columns - offset)
      var total = accumulate ? load(UnsafePointer(out) + offset, lanes) : Vector()
      var row = x + offset
      for _ in 0..<rows {
        total += load(row, lanes)
        row += columns
      }
      store(total, out + offset, lanes)
      offset += width
    }
  }

  /// The largest element, ignoring NaN; −∞ when there is none.
  package static func maximum(_ x: UnsafePointer<Float>, count: Int) -> Float {
    var most = splat(-.infinity)
    var offset = 0
    while offset < count {
      let lanes = min(width, count - offset)
      most = larger(load(x + offset, lanes, fill: -.infinity), most)
      offset += width
    }
    return largest(most)
  }
}
