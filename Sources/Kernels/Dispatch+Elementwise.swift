// Elementwise kernels and reductions of the chosen instruction set, single-threaded.

/// y = activation(x); `y` may be `x`.
package func activationForward(
  _ activation: Activation, _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>,
  count: Int,
  on instructionSet: InstructionSet = .active
) {
  switch instructionSet {
  case .baseline:
    Baseline.activationForward(activation.code, x, into: y, count: count)
  case .v3:
    V3.activationForward(activation.code, x, into: y, count: count)
  case .v4:
    V4.activationForward(activation.code, x, into: y, count: count)
  }
}

/// dx = dy · activation'(x) for the pre-activation `x`; `dx` may be `dy`.
package func activationBackward(
  _ activation: Activation, _ x: UnsafePointer<Float>, _ dy: UnsafePointer<Float>,
  into dx: UnsafeMutablePointer<Float>, count: Int,
  on instructionSet: InstructionSet = .active
) {
  switch instructionSet {
  case .baseline:
    Baseline.activationBackward(activation.code, x, dy, into: dx, count: count)
  case .v3:
    V3.activationBackward(activation.code, x, dy, into: dx, count: count)
  case .v4:
    V4.activationBackward(activation.code, x, dy, into: dx, count: count)
  }
}

/// y = eˣ within 2 units in the last place; 0 below −86.6, ∞ above 88.72. `y` may be `x`.
package func exponentials(
  _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int,
  on instructionSet: InstructionSet = .active
) {
  switch instructionSet {
  case .baseline:
    Baseline.exponentials(x, into: y, count: count)
  case .v3:
    V3.exponentials(x, into: y, count: count)
  case .v4:
    V4.exponentials(x, into: y, count: count)
  }
}

/// Whether every magnitude is below 2 to the power of `exponent`, which NaN is not.
package func isBelow(
  exponent: Int, _ a: UnsafePointer<Float>, count: Int,
  on instructionSet: InstructionSet = .active
) -> Bool {
  switch instructionSet {
  case .baseline:
    Baseline.isBelow(exponent: exponent, a, count: count)
  case .v3:
    V3.isBelow(exponent: exponent, a, count: count)
  case .v4:
    V4.isBelow(exponent: exponent, a, count: count)
  }
}

/// out = a + b; `out` may be either.
package func add(
  _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>,
  count: Int,
  on instructionSet: InstructionSet = .active
) {
  switch instructionSet {
  case .baseline:
    Baseline.add(a, b, into: out, count: count)
  case .v3:
    V3.add(a, b, into: out, count: count)
  case .v4:
    V4.add(a, b, into: out, count: count)
  }
}

/// out = a ⊙ b; `out` may be either.
package func multiplyElements(
  _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>,
  count: Int,
  on instructionSet: InstructionSet = .active
) {
  switch instructionSet {
  case .baseline:
    Baseline.multiplyElements(a, b, into: out, count: count)
  case .v3:
    V3.multiplyElements(a, b, into: out, count: count)
  case .v4:
    V4.multiplyElements(a, b, into: out, count: count)
  }
}

/// out = factor · a; `out` may be `a`.
package func scale(
  _ a: UnsafePointer<Float>, by factor: Float, into out: UnsafeMutablePointer<Float>,
  count: Int,
  on instructionSet: InstructionSet = .active
) {
  switch instructionSet {
  case .baseline:
    Baseline.scale(a, by: factor, into: out, count: count)
  case .v3:
    V3.scale(a, by: factor, into: out, count: count)
  case .v4:
    V4.scale(a, by: factor, into: out, count: count)
  }
}

/// out += factor · a
package func addScaled(
  _ a: UnsafePointer<Float>, by factor: Float, into out: UnsafeMutablePointer<Float>,
  count: Int,
  on instructionSet: InstructionSet = .active
) {
  switch instructionSet {
  case .baseline:
    Baseline.addScaled(a, by: factor, into: out, count: count)
  case .v3:
    V3.addScaled(a, by: factor, into: out, count: count)
  case .v4:
    V4.addScaled(a, by: factor, into: out, count: count)
  }
}

/// Σ a ⊙ b, products and sum in double.
package func dot(
  _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int,
  on instructionSet: InstructionSet = .active
) -> Double {
  switch instructionSet {
  case .baseline:
    Baseline.dot(a, b, count: count)
  case .v3:
    V3.dot(a, b, count: count)
  case .v4:
    V4.dot(a, b, count: count)
  }
}

/// out = the sum of every column of x [rows, columns], or out plus it; rows in ascending order.
package func columnSums(
  _ x: UnsafePointer<Float>, rows: Int, columns: Int, into out: UnsafeMutablePointer<Float>,
  accumulate: Bool,
  on instructionSet: InstructionSet = .active
) {
  switch instructionSet {
  case .baseline:
    Baseline.columnSums(x, rows: rows, columns: columns, into: out, accumulate: accumulate)
  case .v3:
    V3.columnSums(x, rows: rows, columns: columns, into: out, accumulate: accumulate)
  case .v4:
    V4.columnSums(x, rows: rows, columns: columns, into: out, accumulate: accumulate)
  }
}

/// The largest element, ignoring NaN; −∞ when there is none.
package func maximum(
  _ x: UnsafePointer<Float>, count: Int,
  on instructionSet: InstructionSet = .active
) -> Float {
  switch instructionSet {
  case .baseline:
    Baseline.maximum(x, count: count)
  case .v3:
    V3.maximum(x, count: count)
  case .v4:
    V4.maximum(x, count: count)
  }
}
