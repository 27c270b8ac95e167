import Models
import Tensors

extension Trainer {
  /// Trains to the end, and tells the way there. With a state file the training is saved there at every
  /// evaluation and when the caller stops it.
  package func fit(
    validation: [TrainingExample], state: String?, _ execution: Execution
  ) throws(AssayError) -> (Fitted, [Evaluation]) {
    var history: [Evaluation] = []
    do throws(AssayError) {
      let fitted = try fit(validation: validation, execution) { evaluation throws(AssayError) in
        history.append(evaluation)
        if let state { try save(to: state) }
      }
      return (fitted, history)
    } catch {
      if error.kind == .cancelled, let state { try save(to: state) }
      throw error
    }
  }
}

extension Model {
  /// Every weight of the model, the trained ones as they came out.
  package func parameters(
    with trained: [(name: String, tensor: Tensor)]
  ) -> [(name: String, tensor: Tensor)] {
    let known = Dictionary(trained.map { ($0.name, $0.tensor) }) { first, _ in first }
    return network.parameters.map { ($0.name, known[$0.name] ?? $0.tensor) }
  }
}
