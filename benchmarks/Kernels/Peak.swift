/// The most multiply-adds a core can do: independent chains in registers, nothing touches memory.
///
/// Twelve chains hide the latency of the unit.
///
/// - Returns: floating-point operations done, and a value that keeps the loop alive.
@inline(__always)
func multiplyAddChains<Lanes: SIMD>(
  of lanes: Lanes.Type, _ steps: Int
) -> (operations: Double, value: Float) where Lanes.Scalar == Float {
  let a = Lanes(repeating: 0.999)
  let b = Lanes(repeating: 0.001)
  var c0 = b, c1 = b, c2 = b, c3 = b, c4 = b, c5 = b
  var c6 = b, c7 = b, c8 = b, c9 = b, c10 = b, c11 = b
  for _ in 0..<steps {
    c0 = b.addingProduct(c0, a)
    c1 = b.addingProduct(c1, a)
    c2 = b.addingProduct(c2, a)
    c3 = b.addingProduct(c3, a)
    c4 = b.addingProduct(c4, a)
    c5 = b.addingProduct(c5, a)
    c6 = b.addingProduct(c6, a)
    c7 = b.addingProduct(c7, a)
    c8 = b.addingProduct(c8, a)
    c9 = b.addingProduct(c9, a)
    c10 = b.addingProduct(c10, a)
    c11 = b.addingProduct(c11, a)
  }
  let total = ((c0 + c1) + (c2 + c3)) + ((c4 + c5) + (c6 + c7)) + ((c8 + c9) + (c10 + c11))
  let operations = Double(steps) * 12 * 2 * Double(Lanes.scalarCount)
  return (operations, total[0] + total[Lanes.scalarCount - 1])
}
