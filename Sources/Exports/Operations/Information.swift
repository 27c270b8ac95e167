import Kernels
import Tensors
import Values

extension Operations {
  /// What this build is, and how much work the process has done.
  static let information: Group = [
    "build_info": { call throws(AssayError) in
      try call.fields().finish()
      return [
        "version": .text(engineVersion),
        "swift": .text("\(_SwiftStdlibVersion.current)"),
        "instruction_set": .text(InstructionSet.active.rawValue),
        "requested_instruction_set": .optional(InstructionSet.requested) { .text($0) },
        "supported_instruction_sets": .list(
          InstructionSet.allCases.filter(\.isSupported).map { .text($0.rawValue) }),
        "supported_precisions": .list(
          Precision.allCases.filter(\.isSupported).map { .text($0.rawValue) }),
        "threads": .integer(call.execution.parallel.threads),
      ]
    },
    "work": { call throws(AssayError) in
      try call.fields().finish()
      return [
        "products": .integer(WorkCounters.products),
        "multiply_adds": .integer(WorkCounters.multiplyAdds),
        "blocks": .integer(WorkCounters.blocks), "bytes": .integer(WorkCounters.bytes),
        "new_blocks": .integer(WorkCounters.newBlocks),
      ]
    },
  ]
}
