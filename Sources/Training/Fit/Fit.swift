import Autodiff
import Models
import Tensors

/// The parameters that a training returns.
package struct Fitted: Sendable {
  /// The best parameters, by name.
  package let parameters: [(name: String, tensor: Tensor)]
  /// How the best parameters did on the validation examples.
  package let quality: Quality
  /// Where in the training (0...1) the best parameters were found.
  package let done: Double
}

extension Trainer {
  /// What `fit` tells its caller after an evaluation.
  package struct Evaluation: Sendable {
    package let quality: Quality
    /// The mean training loss since the last evaluation.
    package let loss: Double
    package let done: Double
    package let steps: Int
  }

  /// Trains to the end and returns the averaged parameters of the best evaluation.
  ///
  /// - Parameters:
  ///   - validation: what decides which parameters are best; not empty.
  ///   - observe: called after every evaluation, the last one included; a place to save.
  /// - Throws: `numeric` when the loss is not a number, `cancelled`.
  package func fit(
    validation: [TrainingExample], _ execution: Execution,
    observe: (Evaluation) throws(AssayError) -> Void = { _ in }
  ) throws(AssayError) -> Fitted {
    while !isFinished {
      let step = try step(execution)
      losses.append(step.loss)
      try execution.report(step.done, "training")
      guard isFinished || isEvaluationDue else { continue }
      try observe(evaluate(on: validation, execution))
    }
    if let best { return best }
    return try fitted(on: validation, execution)
  }

  /// Measures the averaged parameters and keeps them if none were better.
  private func evaluate(
    on validation: [TrainingExample], _ execution: Execution
  ) throws(AssayError) -> Evaluation {
    let now = try fitted(on: validation, execution)
    if best.map({ now.quality.isBetter(than: $0.quality) }) ?? true { best = now }
    defer { losses = [] }
    return Evaluation(
      quality: now.quality, loss: losses.reduce(0, +) / Double(max(losses.count, 1)), done: done,
      steps: optimizer.steps)
  }

  private func fitted(
    on validation: [TrainingExample], _ execution: Execution
  ) throws(AssayError) -> Fitted {
    Fitted(
      parameters: parameters.tensors(in: average),
      quality: try quality(on: validation, execution), done: done)
  }
}
