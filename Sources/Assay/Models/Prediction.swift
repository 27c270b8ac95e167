import Models
import Tensors

/// What a model says of a batch, and whatever else was asked to be kept.
public struct Prediction: Sendable {
  /// Head scores, `[texts, labels]`.
  public let logits: Tensor
  /// Probabilities, `[text][label]`; the scores themselves for a regression.
  public let probabilities: [[Double]]
  /// The name of each text's highest score.
  public let labels: [String]
  /// The kept sites, one tensor a text.
  public let kept: [Site: [Tensor]]
}

extension Model {
  /// Runs the model on a list of inputs, changed on the way if asked.
  ///
  /// - Parameters:
  ///   - texts: what the model reads.
  ///   - interventions: what is changed, in every input alike.
  ///   - keep: sites whose values are returned.
  ///   - execution: threads.
  /// - Throws: `input` for tokens that do not fit, `option` for an intervention that does not fit,
  ///   `unsupported` for a model without a head.
  public func predict(
    _ texts: [some Readable], interventions: [Intervention] = [], keep: [Site] = [],
    execution: Execution = .automatic
  ) throws(AssayError) -> Prediction {
    try predict(
      texts, interventionsOfEach: interventions.isEmpty ? [] : texts.map { _ in interventions },
      keep: keep, execution: execution)
  }

  /// Runs the model on a list of inputs, each changed in its own way.
  ///
  /// - Parameters:
  ///   - texts: what the model reads.
  ///   - interventionsOfEach: one list an input; none at all for empty ones.
  ///   - keep: sites whose values are returned.
  ///   - execution: threads.
  /// - Throws: `input` for tokens that do not fit, `option` for an intervention that does not fit,
  ///   `unsupported` for a model without a head.
  public func predict(
    _ texts: [some Readable], interventionsOfEach: [[Intervention]], keep: [Site] = [],
    execution: Execution = .automatic
  ) throws(AssayError) -> Prediction {
    let found = try predict(
      try inputs(texts), interventions: interventionsOfEach, keep: keep, execution: execution)
    let best = texts.indices.map { label(card.predicted(found.logits($0))) }
    return Prediction(
      logits: found.logits, probabilities: found.probabilities, labels: best, kept: found.kept)
  }

  /// Runs the model on one input.
  /// - Throws: what it throws for a list.
  public func predict(
    _ text: some Readable, interventions: [Intervention] = [], keep: [Site] = [],
    execution: Execution = .automatic
  ) throws(AssayError) -> Prediction {
    try predict([text], interventions: interventions, keep: keep, execution: execution)
  }

  /// Runs the model on a list of inputs without holding up the caller's thread.
  ///
  /// `progress` is told at most every 50 ms how far the work is.
  ///
  /// - Throws: `cancelled` within 0.2 s of the task's cancellation, and what it throws elsewhere.
  public func predict(
    _ texts: [some Readable], interventions: [Intervention] = [], keep: [Site] = [],
    execution: Execution = .automatic, progress: ProgressHandler? = nil
  ) async throws(AssayError) -> Prediction {
    try await execution.aside(progress) { execution throws(AssayError) in
      try predict(texts, interventions: interventions, keep: keep, execution: execution)
    }
  }

  /// The attention of every layer after softmax, `[heads, queries, keys]` each; rows sum to 1.
  /// - Throws: `input` for tokens that do not fit, `unsupported` for a model without attention.
  public func attention(
    _ text: some Readable, execution: Execution = .automatic
  ) throws(AssayError) -> [Tensor] {
    try attention(try input(text), execution: execution)
  }

  /// The residual stream entering every block and as the head reads it, `layers + 1` arrays of
  /// `[tokens, width]`.
  /// - Throws: `input` for tokens that do not fit, `unsupported` for a model computed elsewhere.
  public func hiddenStates(
    _ text: some Readable, execution: Execution = .automatic
  ) throws(AssayError) -> [Tensor] {
    try hiddenStates(try input(text), execution: execution)
  }

  /// The pooled state of every input, `[texts, width]`.
  /// - Throws: `input` for tokens that do not fit, `unsupported` for a model computed elsewhere.
  public func embed(
    _ texts: [some Readable], execution: Execution = .automatic
  ) throws(AssayError) -> Tensor {
    try embed(try inputs(texts), execution: execution)
  }

  /// The derivative of one output with respect to a site, in the site's shape.
  ///
  /// - Parameters:
  ///   - text: what the model reads.
  ///   - target: the scalar that is differentiated; the predicted label when nil.
  ///   - site: where, such as `.embedding` or `.pattern(3)`.
  ///   - output: what of the head is differentiated.
  ///   - execution: threads.
  /// - Throws: `option` for a site or target that does not exist, `input` for tokens that do not fit,
  ///   `unsupported` for a model without a head.
  public func gradient(
    _ text: some Readable, target: Target? = nil, at site: Site = .embedding,
    output: Output = .logit, execution: Execution = .automatic
  ) throws(AssayError) -> Tensor {
    try gradient(
      try input(text), target: target, at: site, output: output, execution: execution
    ).gradient
  }
}
