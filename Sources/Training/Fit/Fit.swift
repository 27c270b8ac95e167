import Autodiff
import Models
import Tensors

/// The parameters that a training returns.
package struct Fitted: Sendable {
  /// The best parameters that were trained, by name.
  package let parameters: [(name: String, tensor: Tensor)]
  /// How the best parameters did on the validation examples.
  package let quality: Quality
  /// The training loss a text since the evaluation before.
  package let loss: Double
  /// Where in the training (0...1) the best parameters were found.
  package let done: Double
}

extension Trainer {
  /// What `fit` tells its caller after an evaluation.
  package struct Evaluation: Sendable {
    package let quality: Quality
    /// The training loss a text since the last evaluation.
    package let loss: Double
    package let done: Double
    package let steps: Int
    /// Whether no evaluation was better so far.
    package let isBest: Bool
  }

  /// Trains to the end and returns the averaged parameters of the best evaluation.
  ///
  /// - Parameters:
  ///   - validation: what decides which parameters are best; not empty.
  ///   - observe: called after every evaluation, the last one included; a place to save.
  /// - Throws: `numeric` when the loss is not a number, `checkpoint` when the training was resumed and
  ///   its best parameters were chosen on other examples, `cancelled`.
  package func fit(
    validation: [TrainingExample], _ execution: Execution,
    observe: (Evaluation) throws(AssayError) -> Void = { _ in }
  ) throws(AssayError) -> Fitted {
    try model.validate(training: validation)
    try begin(evaluatingOn: validation)
    while true {
      // First, since a training may have been stopped between a step and the evaluation it made due.
      if !losses.isEmpty, isFinished || isEvaluationDue {
        try observe(evaluate(on: validation, execution))
      }
      if isFinished { break }
      let step = try step(execution)
      losses.append(step.loss)
      try execution.report(step.done, progress)
    }
    if let best { return best }
    return try fitted(on: validation, execution)
  }

  /// What a progress bar says.
  private var progress: String {
    best.map { "training; best on validation: \($0.quality.words)" } ?? "training"
  }

  /// Measures the averaged parameters and keeps them if none were better.
  private func evaluate(
    on validation: [TrainingExample], _ execution: Execution
  ) throws(AssayError) -> Evaluation {
    let now = try fitted(on: validation, execution)
    evaluations.count += 1
    let isBest = best.map { isBetter(now, than: $0) } ?? true
    if isBest, evaluations.count > options.ignoredEvaluations {
      best = now
      evaluations.best = evaluations.count
    }
    losses = []
    return Evaluation(
      quality: now.quality, loss: now.loss, done: done, steps: optimizer.steps,
      isBest: evaluations.best == evaluations.count)
  }

  private func isBetter(_ now: Fitted, than best: Fitted) -> Bool {
    switch options.selection {
    case .accuracy: now.quality.isBetter(than: best.quality)
    case .area: (now.quality.area ?? 0) > (best.quality.area ?? 0)
    case .trainingLoss: now.loss < best.loss
    }
  }

  private func fitted(
    on validation: [TrainingExample], _ execution: Execution
  ) throws(AssayError) -> Fitted {
    bringUpToDate(execution: execution)
    return Fitted(
      parameters: parameters.tensors(in: average),
      quality: try quality(on: validation, execution),
      loss: losses.reduce(0, +) / Double(max(losses.count, 1)), done: done)
  }
}
