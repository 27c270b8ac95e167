// Half precision and bfloat16 to float and back, rounding to nearest, ties to even.

extension Flavour {
  /// IEEE half → float: exact, subnormals, infinities and NaN included.
  package static func floats(
    fromHalf x: UnsafePointer<UInt16>, into y: UnsafeMutablePointer<Float>, count: Int
  ) {
    // Shifted into place a half is the float divided by 2¹¹², which one product undoes.
    let rescale = Float(bitPattern: (127 + 112) << 23)
    let overflow = Float(bitPattern: (127 + 16) << 23)
    for index in 0..<count {
      let half = UInt32(x[index])
      let magnitude = Float(bitPattern: (half & 0x7FFF) << 13) * rescale
      let special: UInt32 = magnitude >= overflow ? 0x7F80_0000 : 0
      let sign = (half & 0x8000) << 16
      y[index] = Float(bitPattern: magnitude.bitPattern | special | sign)
    }
  }

  /// float → IEEE half; beyond 65504 (rounded) ∞, below 2⁻²⁵ zero, NaN stays a quiet NaN.
  package static func halves(
    from x: UnsafePointer<Float>, into y: UnsafeMutablePointer<UInt16>, count: Int
  ) {
    // Adding ½ to a magnitude below 2⁻¹⁴ lets the adder round the subnormal into the low bits.
    let half: Float = 0.5
    for index in 0..<count {
      let sign = x[index].bitPattern & 0x8000_0000
      let bits = x[index].bitPattern ^ sign
      let result: UInt32
      if bits >= (127 + 16) << 23 {
        result = bits > 0x7F80_0000 ? 0x7E00 : 0x7C00
      } else if bits < (127 - 14) << 23 {
        result = (Float(bitPattern: bits) + half).bitPattern &- half.bitPattern
      } else {
        let odd = (bits >> 13) & 1
        result = (bits &- ((127 - 15) << 23) &+ 0xFFF &+ odd) >> 13
      }
      y[index] = UInt16(truncatingIfNeeded: result | (sign >> 16))
    }
  }

  /// bfloat16 → float: exact.
  package static func floats(
    fromBrain x: UnsafePointer<UInt16>, into y: UnsafeMutablePointer<Float>, count: Int
  ) {
    for index in 0..<count { y[index] = Float(bitPattern: UInt32(x[index]) << 16) }
  }

  /// float → bfloat16; NaN stays a quiet NaN.
  package static func brains(
    from x: UnsafePointer<Float>, into y: UnsafeMutablePointer<UInt16>, count: Int
  ) {
    for index in 0..<count {
      let bits = x[index].bitPattern
      let rounded = (bits &+ 0x7FFF &+ ((bits >> 16) & 1)) >> 16
      let isNaN = bits & 0x7FFF_FFFF > 0x7F80_0000
      y[index] = UInt16(truncatingIfNeeded: isNaN ? (bits >> 16) | 0x40 : rounded)
    }
  }
}
