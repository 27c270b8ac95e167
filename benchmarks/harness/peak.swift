// The peak loop of benchmarks/Kernels for Python, compiled for the machine at hand by peak.py.

/// Multiply-adds on registers of 8 or 16 lanes; `operations` receives how many were done.
@_cdecl("assay_peak")
public func peak(
  _ lanes: Int32, _ steps: Int64, _ operations: UnsafeMutablePointer<Double>
) -> Float {
  let done =
    lanes == 16
    ? multiplyAddChains(of: SIMD16<Float>.self, Int(steps))
    : multiplyAddChains(of: SIMD8<Float>.self, Int(steps))
  operations.pointee = done.operations
  return done.value
}
