/// The compiled products: one an instruction set, and those for bfloat16 beside them.
enum ProductKernels {
  case baseline
  case v3
  case v4
  case v4BFloat16

  /// - Precondition: the precision is supported on the instruction set.
  init(_ instructionSet: InstructionSet, _ precision: Precision) {
    precondition(precision.isSupported(on: instructionSet), "no \(precision) on this processor")
    switch (instructionSet, precision) {
    case (_, .bfloat16): self = .v4BFloat16
    case (.baseline, .float32): self = .baseline
    case (.v3, .float32): self = .v3
    case (.v4, .float32): self = .v4
    }
  }

  /// Steps of depth of a panel, each of 32 bits: a float, or two bfloat16 numbers.
  func steps(depth: Int) -> Int { self == .v4BFloat16 ? (depth + 1) / 2 : depth }

  /// Multiply-adds a nanosecond of an optimistic core, for the size of an item of work.
  var multiplyAddsPerNanosecond: Double { self == .v4BFloat16 ? 80 : 40 }
}
