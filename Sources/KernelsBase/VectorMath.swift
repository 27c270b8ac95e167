// Exponential, error function and hyperbolic tangent of a register of floats.

/// eˣ to about 1.3 units in the last place; 0 below −86.6 (no subnormals), ∞ above 88.72, NaN of NaN.
///
/// x = n·ln 2 + r with |r| ≤ ln 2 / 2 (ln 2 in two parts, so that r is exact), then a polynomial of
/// degree 6 (Cephes `expf`) and a multiplication by 2ⁿ.
@_transparent
func exponential(_ x: Vector) -> Vector {
  let tooSmall = x .< splat(-86.643_39)
  let tooLarge = x .> splat(88.722_83)
  let inside = x.replacing(with: Vector(), where: tooSmall .| tooLarge)
  // Adding 1.5 · 2²³ rounds to an integer and leaves it in the low bits.
  let magic = splat(12_582_912)
  let shifted = multiplyAdd(inside, splat(1.442_695_04), magic)
  let n = shifted - magic
  var r = multiplyAdd(n, splat(-0.693_359_375), inside)
  r = multiplyAdd(n, splat(2.121_944_4e-4), r)
  var p = splat(1.987_569_15e-4)
  p = multiplyAdd(p, r, splat(1.398_199_95e-3))
  p = multiplyAdd(p, r, splat(8.333_451_9e-3))
  p = multiplyAdd(p, r, splat(4.166_579_6e-2))
  p = multiplyAdd(p, r, splat(1.666_666_55e-1))
  p = multiplyAdd(p, r, splat(5.000_000_1e-1))
  p = multiplyAdd(p, r * r, r) + splat(1)
  // 2ⁿ is built as 2 · 2ⁿ⁻¹, since n reaches 128 and 2¹²⁸ is not a float.
  let bits = unsafeBitCast(shifted, to: IntegerVector.self)
  let exponent = (bits &- IntegerVector(repeating: 0x4B40_0000 - 126)) &<< 23
  let power = unsafeBitCast(exponent, to: Vector.self)
  let result = (p + p) * power
  return result.replacing(with: Vector(), where: tooSmall)
    .replacing(with: splat(.infinity), where: tooLarge)
}

/// erf x with an absolute error below 5e-7; exactly ±1 from |x| = 3.92 on, where the float is.
///
/// x · P(x²) / Q(x²), the rational approximation of Eigen's `generic_fast_erf_float`.
@_transparent
func errorFunction(_ x: Vector) -> Vector {
  let saturated = x * x .> splat(3.92 * 3.92)
  let inside = x.replacing(with: Vector(), where: saturated)
  let square = inside * inside
  var p = splat(-2.726_142_258_013_06e-10)
  p = multiplyAdd(p, square, splat(2.770_681_424_959_02e-8))
  p = multiplyAdd(p, square, splat(-2.101_024_020_825_08e-6))
  p = multiplyAdd(p, square, splat(-5.692_506_394_623_46e-5))
  p = multiplyAdd(p, square, splat(-7.349_906_303_268_55e-4))
  p = multiplyAdd(p, square, splat(-2.954_599_808_540_25e-3))
  p = multiplyAdd(p, square, splat(-1.609_603_332_624_15e-2))
  var q = splat(-1.456_607_184_649_96e-5)
  q = multiplyAdd(q, square, splat(-2.133_740_552_789_05e-4))
  q = multiplyAdd(q, square, splat(-1.682_826_974_382_03e-3))
  q = multiplyAdd(q, square, splat(-7.373_329_167_204_68e-3))
  q = multiplyAdd(q, square, splat(-1.426_473_905_141_89e-2))
  let sign = splat(1).replacing(with: splat(-1), where: x .< Vector())
  return (inside * p / q).replacing(with: sign, where: saturated)
}

/// tanh x with an absolute error below 3e-7; exactly ±1 from |x| = 8 on.
///
/// x · P(x²) / Q(x²), the rational approximation of Eigen's `generic_fast_tanh_float`.
@_transparent
func hyperbolicTangent(_ x: Vector) -> Vector {
  let saturated = x * x .> splat(64)
  let inside = x.replacing(with: Vector(), where: saturated)
  let square = inside * inside
  var p = splat(-2.760_768_477_423_55e-16)
  p = multiplyAdd(p, square, splat(2.000_187_904_824_77e-13))
  p = multiplyAdd(p, square, splat(-8.604_671_522_137_35e-11))
  p = multiplyAdd(p, square, splat(5.122_297_090_371_14e-8))
  p = multiplyAdd(p, square, splat(1.485_722_357_179_79e-5))
  p = multiplyAdd(p, square, splat(6.372_619_288_754_36e-4))
  p = multiplyAdd(p, square, splat(4.893_524_558_917_86e-3))
  var q = splat(1.198_258_394_667_02e-6)
  q = multiplyAdd(q, square, splat(1.185_347_056_866_54e-4))
  q = multiplyAdd(q, square, splat(2.268_434_632_439_00e-3))
  q = multiplyAdd(q, square, splat(4.893_525_185_543_85e-3))
  let sign = splat(1).replacing(with: splat(-1), where: x .< Vector())
  return (inside * p / q).replacing(with: sign, where: saturated)
}

/// σ(x) = 1 / (1 + e⁻ˣ) and its slope σ(x) · σ(−x), both from e to the power −|x|: neither side
/// overflows, and both keep their relative accuracy in the tails.
@_transparent
func logistic(_ x: Vector) -> (value: Vector, slope: Vector) {
  let negative = x .< Vector()
  let small = exponential((-x).replacing(with: x, where: negative))
  let large = splat(1) / (splat(1) + small)
  return (large.replacing(with: small * large, where: negative), small * large * large)
}
