import Tensors
import Values

/// The operations that the C boundary calls by name.
///
/// A group of operations is one file with an `extension Operations`, listed in `groups`.
package enum Operations {
  package typealias Body = @Sendable (OperationCall) throws(AssayError) -> Value
  /// Operations by name.
  package typealias Group = KeyValuePairs<String, Body>

  static let groups: [Group] = [
    information, weights, running, explaining, verifying, examining, calibrating, comparing,
    comparison,
    fitting, studying, exhausting, outside,
  ]

  /// Every operation by name.
  package static let all: [String: Body] = Dictionary(
    groups.flatMap { $0.map { ($0.key, $0.value) } }
  ) { first, _ in first }

  /// Runs one operation.
  /// - Throws: `option` for an unknown name, with the known ones, and what the operation throws.
  package static func run(_ name: String, _ call: OperationCall) throws(AssayError) -> Value {
    guard let body = all[name] else {
      throw AssayError(
        .option, "operation", expected: "one of \(all.keys.sorted().joined(separator: ", "))",
        found: Value.quoted(name))
    }
    let answer = try body(call)
    try call.execution.checkCancellation()
    return answer
  }
}
