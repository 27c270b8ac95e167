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
@inline(__always)
func multiplyAdd(_ a: Vector, _ b: Vector, _ c: Vector) -> Vector {
  #if KERNELS_BASE && arch(x86_64)
    return a * b + c
  #else
    return c.addingProduct(a, b)
  #endif
}

@inline(__always)
func splat(_ value: Float) -> Vector { Vector(repeating: value) }

@inline(__always)
func load(_ source: Source) -> Vector {
  UnsafeRawPointer(source).loadUnaligned(as: Vector.self)
}

@inline(__always)
func store(_ value: Vector, _ target: Target) {
  UnsafeMutableRawPointer(target).storeBytes(of: value, as: Vector.self)
}

/// The first `lanes` floats at `source`; the other lanes are `fill` and are not read.
@inline(__always)
func load(_ source: Source, _ lanes: Int, fill: Float = 0) -> Vector {
  lanes == width ? load(source) : loadTail(source, lanes, fill)
}

/// Stores the first `lanes` lanes.
@inline(__always)
func store(_ value: Vector, _ target: Target, _ lanes: Int) {
  if lanes == width { store(value, target) } else { storeTail(value, target, lanes) }
}

@inline(never)
private func loadTail(_ source: Source, _ lanes: Int, _ fill: Float) -> Vector {
  var value = splat(fill)
  for lane in 0..<lanes { value[lane] = source[lane] }
  return value
}

@inline(never)
private func storeTail(_ value: Vector, _ target: Target, _ lanes: Int) {
  for lane in 0..<lanes { target[lane] = value[lane] }
}

/// Calls `body(offset, lanes)` for every register of `count` floats; only the last may be partial.
///
/// The body is inlined twice, so in the main loop `lanes` is a constant.
@inline(__always)
func forEachVector(_ count: Int, _ body: (_ offset: Int, _ lanes: Int) -> Void) {
  let whole = count & ~(width - 1)
  var offset = 0
  while offset < whole {
    body(offset, width)
    offset += width
  }
  if offset < count { body(offset, count - offset) }
}

/// The larger of two lanes; a NaN in `a` is dropped.
@inline(__always)
func larger(_ a: Vector, _ b: Vector) -> Vector { b.replacing(with: a, where: a .> b) }

/// Sum of the lanes, by halves: the order is fixed for one instruction set.
@inline(__always)
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

/// Largest lane.
@inline(__always)
func largest(_ value: Vector) -> Float {
  var result = value[0]
  for lane in 1..<width where value[lane] > result { result = value[lane] }
  return result
}
