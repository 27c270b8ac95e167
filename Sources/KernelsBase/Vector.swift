// The register type of this instruction set and the few operations every kernel is built from.

#if KERNELS_V4
  typealias Vector = SIMD16<Float>
  typealias VectorMask = SIMDMask<SIMD16<Int32>>
  typealias IntegerVector = SIMD16<Int32>
#elseif KERNELS_V3
  typealias Vector = SIMD8<Float>
  typealias VectorMask = SIMDMask<SIMD8<Int32>>
  typealias IntegerVector = SIMD8<Int32>
#else
  typealias Vector = SIMD4<Float>
  typealias VectorMask = SIMDMask<SIMD4<Int32>>
  typealias IntegerVector = SIMD4<Int32>
#endif

typealias Source = UnsafePointer<Float>
typealias Target = UnsafeMutablePointer<Float>

/// Floats in one register.
@inline(__always) var width: Int { Vector.scalarCount }

/// a · b + c, in one rounding where the instruction set has it.
///
/// The x86-64 baseline has no such instruction (the library call would be a hundred times
/// slower), so there the product is rounded first.
@_transparent
func multiplyAdd(_ a: Vector, _ b: Vector, _ c: Vector) -> Vector {
  #if KERNELS_BASE && arch(x86_64)
    return a * b + c
  #else
    return c.addingProduct(a, b)
  #endif
}

@_transparent
func splat(_ value: Float) -> Vector { Vector(repeating: value) }

@_transparent
func load(_ source: Source) -> Vector {
  UnsafeRawPointer(source).loadUnaligned(as: Vector.self)
}

@_transparent
func store(_ value: Vector, _ target: Target) {
  UnsafeMutableRawPointer(target).storeBytes(of: value, as: Vector.self)
}

/// The first `lanes` floats at `source`; the other lanes are `fill` and are not read.
@_transparent
func load(_ source: Source, _ lanes: Int, fill: Float = 0) -> Vector {
  if _fastPath(lanes == width) { return load(source) }
  var tail = splat(fill)
  loadTail(source, lanes, &tail)
  return tail
}

/// Stores the first `lanes` lanes.
@_transparent
func store(_ value: Vector, _ target: Target, _ lanes: Int) {
  if _fastPath(lanes == width) {
    store(value, target)
  } else {
    var tail = value
    storeTail(&tail, target, lanes)
  }
}

// By reference: a vector passed by value travels in two halves, and the compiler would then split
// the arithmetic around the call in two as well.

@inline(never)
private func loadTail(_ source: Source, _ lanes: Int, _ tail: inout Vector) {
  for lane in 0..<lanes { tail[lane] = source[lane] }
}

@inline(never)
private func storeTail(_ tail: inout Vector, _ target: Target, _ lanes: Int) {
  for lane in 0..<lanes { target[lane] = tail[lane] }
}

/// The larger of two lanes; a NaN in `a` is dropped. `max` of SIMD is not one instruction.
@_transparent
func larger(_ a: Vector, _ b: Vector) -> Vector { b.replacing(with: a, where: a .> b) }

#if KERNELS_V4
  @_transparent
  private func larger(_ a: SIMD8<Float>, _ b: SIMD8<Float>) -> SIMD8<Float> {
    b.replacing(with: a, where: a .> b)
  }
#endif
#if KERNELS_V4 || KERNELS_V3
  @_transparent
  private func larger(_ a: SIMD4<Float>, _ b: SIMD4<Float>) -> SIMD4<Float> {
    b.replacing(with: a, where: a .> b)
  }
#endif

/// Sum of the lanes, by halves: the order is fixed for one instruction set.
@_transparent
func sum(_ value: Vector) -> Float {
  #if KERNELS_V4
    let eight = value.lowHalf + value.highHalf
    let four = eight.lowHalf + eight.highHalf
  #elseif KERNELS_V3
    let four = value.lowHalf + value.highHalf
  #else
    let four = value
  #endif
  let two = four.lowHalf + four.highHalf
  return two.x + two.y
}

/// Largest lane, ignoring NaN.
@_transparent
func largest(_ value: Vector) -> Float {
  #if KERNELS_V4
    let eight = larger(value.lowHalf, value.highHalf)
    let four = larger(eight.lowHalf, eight.highHalf)
  #elseif KERNELS_V3
    let four = larger(value.lowHalf, value.highHalf)
  #else
    let four = value
  #endif
  let left = four.x > four.y ? four.x : four.y
  let right = four.z > four.w ? four.z : four.w
  return left > right ? left : right
}
