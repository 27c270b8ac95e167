import Tensors

/// One differentiable step: its forward value and its pullback stand side by side.
package protocol Operation: Sendable {
  /// The name by which `PullbackRules` can replace the pullback.
  var name: String { get }

  /// The value for the given inputs. When `saving` is true the pullback will follow, and the result
  /// carries what it needs beyond inputs and output.
  func forward(_ inputs: [Tensor], saving: Bool, _ execution: Execution) -> Forward

  /// The cotangents of the inputs marked in `wanted`; the others are nil.
  /// - Parameter cotangent: has the shape of the output.
  func pullback(
    _ record: Record, _ cotangent: Tensor, wanted: [Bool], _ execution: Execution
  ) -> [Tensor?]
}

/// What an operation's forward step made.
package struct Forward: Sendable {
  package let output: Tensor
  package let saved: [Tensor]

  package init(_ output: Tensor, saved: [Tensor] = []) {
    self.output = output
    self.saved = saved
  }
}

/// What the tape remembers of one step.
package struct Record: Sendable {
  package let inputs: [Tensor]
  package let output: Tensor
  package let saved: [Tensor]

  package init(inputs: [Tensor], output: Tensor, saved: [Tensor] = []) {
    self.inputs = inputs
    self.output = output
    self.saved = saved
  }
}

/// Pullbacks that stand in for the operations' own, by operation name.
///
/// Propagation methods such as DeepLift are gradients under another table.
package struct PullbackRules: Sendable {
  package typealias Rule =
    @Sendable (
      _ operation: any Operation, _ record: Record, _ cotangent: Tensor, _ wanted: [Bool],
      _ execution: Execution
    ) -> [Tensor?]

  private let rules: [String: Rule]

  package init(_ rules: [String: Rule] = [:]) { self.rules = rules }

  func pullback(
    _ operation: any Operation, _ record: Record, _ cotangent: Tensor, wanted: [Bool],
    _ execution: Execution
  ) -> [Tensor?] {
    guard let rule = rules[operation.name] else {
      return operation.pullback(record, cotangent, wanted: wanted, execution)
    }
    return rule(operation, record, cotangent, wanted, execution)
  }
}
