// Pairs of bfloat16 numbers, neighbours in depth, in the 32 bits of a float lane.

import CPUFeatures

/// c + the two products of the pairs a and b, summed in float.
@_transparent
func addPairProducts(_ a: Vector, _ b: Vector, _ c: Vector) -> Vector {
  assay_add_pair_products16(c, a, b)
}

/// Every lane rounded to bfloat16, to nearest, ties to even, in the upper half of its bits; NaN
/// stays a quiet NaN.
@_transparent
private func roundedBits(_ x: Vector) -> SIMD16<UInt32> {
  let bits = unsafeBitCast(x, to: SIMD16<UInt32>.self)
  let odd = (bits &>> 16) & 1
  let rounded = (bits &+ 0x7FFF &+ odd) & 0xFFFF_0000
  return rounded.replacing(with: bits & 0xFFFF_0000 | 0x0040_0000, where: x .!= x)
}

/// Lanes of `first` and `second` side by side, rounded.
@_transparent
func brainPairs(first: Vector, second: Vector) -> Vector {
  let bits = (roundedBits(first) &>> 16) | roundedBits(second)
  return unsafeBitCast(bits, to: Vector.self)
}

/// `count` neighbouring floats of a row as pairs, the last one with zero where it is alone.
@inline(__always)
func brainPairs(row: Source, count: Int, into target: Target) {
  var offset = 0
  while offset < count {
    let left = min(width, count - offset)
    let right = min(width, count - offset - left)
    let pairs = assay_brain_pairs16(
      load(row + offset, left), right == 0 ? Vector() : load(row + offset + width, right))
    store(pairs, target + offset / 2, (left + right + 1) / 2)
    offset += 2 * width
  }
}
