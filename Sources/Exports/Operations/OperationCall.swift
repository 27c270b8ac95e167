import Models
import Tensors

/// What an operation is called with.
package struct OperationCall: Sendable {
  package let arguments: Record
  package let model: Model?
  /// Threads and the caller's progress callback; operations set the seed they were given.
  package var execution: Execution

  package init(_ arguments: Record, model: Model?, execution: Execution) {
    self.arguments = arguments
    self.model = model
    self.execution = execution
  }

  /// The members of the arguments.
  /// - Throws: `option` unless the arguments are an object.
  package func fields() throws(AssayError) -> Fields { try Fields(arguments) }

  /// The model of an operation that needs one.
  /// - Throws: `option` without one.
  package func requiredModel() throws(AssayError) -> Model {
    guard let model else {
      throw AssayError(.option, "model", expected: "an open model", found: "none")
    }
    return model
  }
}
