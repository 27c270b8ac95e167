import Kernels
import Tensors

extension Operations {
  /// What this build is.
  static let information: Group = [
    "build_info": { call throws(AssayError) in
      try call.fields().finish()
      return [
        "version": .string(engineVersion),
        "swift": .string("\(_SwiftStdlibVersion.current)"),
        "instruction_set": .string(InstructionSet.active.rawValue),
        "requested_instruction_set": .optional(InstructionSet.requested) { .string($0) },
        "supported_instruction_sets": .list(
          InstructionSet.allCases.filter(\.isSupported).map { .string($0.rawValue) }),
        "threads": .integer(call.execution.parallel.threads),
      ]
    }
  ]
}
