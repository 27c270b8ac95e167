import Models
import Tensors

/// What is to be explained: a model's score for one input.
package struct Question: Sendable {
  /// The model that made the prediction.
  package let model: Model
  /// The tokenised text.
  package let input: Input
  /// The scalar to explain.
  package let target: Target
  /// Threads, seed and memory of the work.
  package let execution: Execution
  /// The unedited prediction.
  package let prediction: Prediction
  /// What methods have asked of the gradient at the input.
  let inputGradients: InputGradients

  /// Runs the model once; without a target the predicted label is explained.
  /// - Throws: `input` for tokens that do not fit, `option` for a target that does not exist,
  ///   `unsupported` for a model without a head.
  package init(
    _ model: Model, _ input: Input, target: Target? = nil, execution: Execution = Execution()
  ) throws(AssayError) {
    prediction = try model.predict([input], execution: execution)
    self.model = model
    var input = input
    // Removals must not move the position that a head over tokens reads.
    if case .chosen = model.card.readOut { input.position = model.card.readOut.row(of: input) }
    self.input = input
    self.execution = execution
    inputGradients = InputGradients()
    self.target = target ?? .label(model.card.predicted(prediction.logits(0)))
    try self.target.validate(labels: model.card.scoreCount)
    if input.explained.isEmpty {
      throw AssayError(
        .input, "text", expected: "at least one token that is not special",
        found: "\(input.count) special tokens only")
    }
  }

  /// The same question asked in another execution.
  package init(_ question: Question, execution: Execution) {
    model = question.model
    input = question.input
    target = question.target
    prediction = question.prediction
    inputGradients = question.inputGradients
    self.execution = execution
  }

  /// The same question about another scalar.
  /// - Throws: `option` for a target that does not exist.
  package init(_ question: Question, target: Target) throws(AssayError) {
    model = question.model
    input = question.input
    execution = question.execution
    prediction = question.prediction
    inputGradients = question.inputGradients
    self.target = target
    try target.validate(labels: model.card.scoreCount)
  }

  /// The positions an explanation scores.
  package var positions: [Int] { input.explained }

  /// The row of attention that the prediction is read from; the first row where every row is read.
  package var readOutRow: Int { model.card.readOut.row(of: input) ?? 0 }
}
