// Half precision and bfloat16 conversions of the chosen instruction set.

/// IEEE half → float: exact, subnormals, infinities and NaN included.
package func floats(
  fromHalf x: UnsafePointer<UInt16>, into y: UnsafeMutablePointer<Float>, count: Int,
  on instructionSet: InstructionSet = .active
) {
  switch instructionSet {
  case .baseline:
    Baseline.floats(fromHalf: x, into: y, count: count)
  case .v3:
    V3.floats(fromHalf: x, into: y, count: count)
  case .v4:
    V4.floats(fromHalf: x, into: y, count: count)
  }
}

/// float → IEEE half, to nearest, ties to even; beyond the range ∞, NaN stays NaN.
package func halves(
  from x: UnsafePointer<Float>, into y: UnsafeMutablePointer<UInt16>, count: Int,
  on instructionSet: InstructionSet = .active
) {
  switch instructionSet {
  case .baseline:
    Baseline.halves(from: x, into: y, count: count)
  case .v3:
    V3.halves(from: x, into: y, count: count)
  case .v4:
    V4.halves(from: x, into: y, count: count)
  }
}

/// bfloat16 → float: exact.
package func floats(
  fromBrain x: UnsafePointer<UInt16>, into y: UnsafeMutablePointer<Float>, count: Int,
  on instructionSet: InstructionSet = .active
) {
  switch instructionSet {
  case .baseline:
    Baseline.floats(fromBrain: x, into: y, count: count)
  case .v3:
    V3.floats(fromBrain: x, into: y, count: count)
  case .v4:
    V4.floats(fromBrain: x, into: y, count: count)
  }
}

/// float → bfloat16, to nearest, ties to even; NaN stays NaN.
package func brains(
  from x: UnsafePointer<Float>, into y: UnsafeMutablePointer<UInt16>, count: Int,
  on instructionSet: InstructionSet = .active
) {
  switch instructionSet {
  case .baseline:
    Baseline.brains(from: x, into: y, count: count)
  case .v3:
    V3.brains(from: x, into: y, count: count)
  case .v4:
    V4.brains(from: x, into: y, count: count)
  }
}
