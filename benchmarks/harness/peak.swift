// The most multiply-adds a core can do: independent chains in registers, nothing touches memory.
// Compiled on its own, for the machine at hand, by harness/peak.py.

/// Twelve chains hide the latency of the unit; the sum of the results keeps the loop alive.
@inline(__always)
func chains<V: SIMD>(_ type: V.Type, _ steps: Int) -> Float where V.Scalar == Float {
  let a = V(repeating: 0.999)
  let b = V(repeating: 0.001)
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
  return total[0] + total[total.scalarCount - 1]
}

/// Multiply-adds on registers of 8 or 16 lanes; `operations` receives how many were done.
@_cdecl("assay_peak")
public func peak(_ lanes: Int32, _ steps: Int64, _ operations: UnsafeMutablePointer<Double>) -> Float {
  operations.pointee = Double(steps) * 12 * 2 * Double(lanes)
  return lanes == 16
    ? chains(SIMD16<Float>.self, Int(steps)) : chains(SIMD8<Float>.self, Int(steps))
}
