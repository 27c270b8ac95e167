import Tensors

/// One differentiable step: its forward value and its pullback stand side by side.
package protocol Operation: Sendable {
  /// The name by which `PullbackRules` can replace the pullback.
  var name: String { get }

  /// The value for the given inputs. When `saving` is true the pullback will follow, and the result
  /// carries what it needs beyond inputs and output.
  func forward(_ inputs: [Tensor], saving: Bool, _ execution: Execution) -> Forward

  /// What the pullback reads when the inputs marked in `tracked` may be asked for their cotangents;
  /// the tape keeps nothing else.
  func reads(tracked: [Bool]) -> Reads

  /// The cotangents of the inputs marked in `wanted`; the others are nil.
  /// - Parameter cotangent: has the shape of the output.
  func pullback(
    _ record: TapeEntry, _ cotangent: Tensor, wanted: [Bool], _ execution: Execution
  ) -> [Tensor?]
}

extension Operation {
  /// Every input and the output.
  package func reads(tracked: [Bool]) -> Reads {
    Reads(inputs: tracked.map { _ in true }, output: true)
  }
}

/// The values of a step that its pullback needs again, beyond what the step saved by itself.
package struct Reads: Sendable {
  package let inputs: [Bool]
  package let output: Bool

  package init(inputs: [Bool], output: Bool = false) {
    self.inputs = inputs
    self.output = output
  }

  /// Shapes alone.
  package static func nothing(of tracked: [Bool]) -> Reads {
    Reads(inputs: tracked.map { _ in false })
  }
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
package struct TapeEntry: Sendable {
  /// Values that the pullback does not read are empty here.
  package let inputs: [Tensor]
  /// The shape of every input.
  package let shapes: [[Int]]
  package let output: Tensor
  package let saved: [Tensor]

  package init(inputs: [Tensor], output: Tensor, saved: [Tensor] = []) {
    self.inputs = inputs
    shapes = inputs.map(\.shape)
    self.output = output
    self.saved = saved
  }

  /// The same without the values that nobody will read.
  package init(inputs: [Tensor], output: Tensor, saved: [Tensor], keeping reads: Reads) {
    shapes = inputs.map(\.shape)
    var kept = inputs
    for (index, isRead) in reads.inputs.enumerated() where !isRead {
      kept[index] = TapeEntry.nothing
    }
    self.inputs = kept
    self.output = reads.output ? output : TapeEntry.nothing
    self.saved = saved
  }

  /// Stands where a value is not kept.
  private static let nothing = Tensor.zeros([0])
}

/// Pullbacks that stand in for the operations' own, by operation name.
///
/// Propagation methods such as DeepLift are gradients under another table. A table says of every
/// operation it meets what becomes of it: a rule, its own pullback, or a refusal.
package struct PullbackRules: Sendable {
  package typealias Rule =
    @Sendable (
      _ operation: any Operation, _ record: TapeEntry, _ cotangent: Tensor, _ wanted: [Bool],
      _ execution: Execution
    ) -> [Tensor?]

  private let rules: [String: Rule]
  /// The operations that keep their own pullback; nil means all.
  private let keeping: Set<String>?
  private let subject: String

  /// No rule: the gradient.
  package init() {
    (rules, keeping, subject) = ([:], nil, "gradient")
  }

  /// - Parameters:
  ///   - subject: what the table belongs to, for its refusals.
  ///   - keeping: the operations whose own pullback is the rule.
  package init(_ subject: String, keeping: Set<String>, _ rules: [String: Rule]) {
    self.subject = subject
    self.keeping = keeping
    self.rules = rules
  }

  package var isEmpty: Bool { rules.isEmpty }

  /// Whether the table says what becomes of an operation.
  package func covers(_ operation: String) -> Bool {
    rules[operation] != nil || keeping?.contains(operation) ?? true
  }

  /// - Throws: `unsupported` for an operation that the table says nothing of.
  func pullback(
    _ operation: any Operation, _ record: TapeEntry, _ cotangent: Tensor, wanted: [Bool],
    _ execution: Execution
  ) throws(AssayError) -> [Tensor?] {
    if let rule = rules[operation.name] {
      return rule(operation, record, cotangent, wanted, execution)
    }
    guard covers(operation.name) else {
      throw AssayError(
        .unsupported, subject, expected: "a model made of operations that it has a rule for",
        found: "the operation \(operation.name)")
    }
    return operation.pullback(record, cotangent, wanted: wanted, execution)
  }
}
