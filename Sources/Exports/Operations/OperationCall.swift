import Models
import Tensors
import Values

/// What an operation is called with.
package struct OperationCall: Sendable {
  package let arguments: Value
  private let opened: OpenModel?
  /// Threads and the caller's progress callback; operations set the seed they were given.
  package var execution: Execution

  package init(_ arguments: Value, opened: OpenModel?, execution: Execution) {
    self.arguments = arguments
    self.opened = opened
    self.execution = execution
  }

  /// The members of the arguments.
  /// - Throws: `option` unless the arguments are an object.
  package func fields() throws(AssayError) -> Fields { try Fields(arguments) }

  /// The model of an operation that needs one.
  /// - Throws: `option` without one.
  package func requiredModel() throws(AssayError) -> Model {
    guard let opened else {
      throw AssayError(.option, "model", expected: "an open model", found: "none")
    }
    return opened.model
  }
}
