import CPUFeatures

/// The numbers that the products with the weights of a model's blocks multiply. Their sums, and
/// everything else, are float32.
public enum Precision: String, Sendable, CaseIterable {
  /// Weights as they are.
  case float32
  /// Weights and what they multiply rounded to 8 significant bits, to nearest, ties to even. A
  /// subnormal number counts as zero.
  case bfloat16

  /// Whether this processor, this build and the instruction set in use have such products.
  public var isSupported: Bool { isSupported(on: .active) }

  func isSupported(on instructionSet: InstructionSet) -> Bool {
    switch self {
    case .float32: true
    case .bfloat16: instructionSet == .v4 && assay_cpu_has_bfloat16() != 0
    }
  }
}
