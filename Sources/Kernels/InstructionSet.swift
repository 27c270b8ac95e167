import CPUFeatures
import KernelsBase

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

#if VECTOR_KERNELS
  import KernelsV3
  import KernelsV4
  import KernelsV4BFloat16
  typealias V3 = KernelsV3.Flavour
  typealias V4 = KernelsV4.Flavour
  typealias V4BFloat16 = KernelsV4BFloat16.Flavour
#else
  typealias V3 = KernelsBase.Flavour
  typealias V4 = KernelsBase.Flavour
  typealias V4BFloat16 = KernelsBase.Flavour
#endif
typealias Baseline = KernelsBase.Flavour

/// The kernels in use: which of the compiled flavours this process runs.
///
/// Results are bit-identical for one instruction set, not between two of them.
package enum InstructionSet: String, Sendable, CaseIterable {
  /// SSE2 on x86-64, NEON on arm64: runs everywhere.
  case baseline
  /// AVX2 and FMA (x86-64-v3).
  case v3
  /// AVX-512 (x86-64-v4).
  case v4

  /// Whether this processor and this build have it.
  package var isSupported: Bool {
    #if VECTOR_KERNELS
      switch self {
      case .baseline: true
      case .v3: assay_cpu_level() >= 3
      case .v4: assay_cpu_level() >= 4
      }
    #else
      self == .baseline
    #endif
  }

  /// The value of the environment variable `ASSAY_ISA`, nil when it is not set.
  ///
  /// An unknown or unsupported name has no effect on `active`; compare the two to report it.
  package static let requested: String? = getenv("ASSAY_ISA").map { String(cString: $0) }

  /// The best supported instruction set, or the supported one that `ASSAY_ISA` names.
  ///
  /// Chosen once, at the first use.
  package static let active: InstructionSet = named(requested)

  /// The supported instruction set of that name, the best supported one for any other.
  package static func named(_ name: String?) -> InstructionSet {
    if let named = name.flatMap(InstructionSet.init(rawValue:)), named.isSupported { return named }
    return allCases.last { $0.isSupported } ?? .baseline
  }
}
