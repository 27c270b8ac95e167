import Attribution
import Models
import Tensors
import Values

extension Model {
  /// Explains one prediction: how much each token matters, by one method.
  ///
  /// - Parameters:
  ///   - text: what the model reads.
  ///   - method: a registered name; `attention_rollout` when nil, or `attention` in a model
  ///     whose attention cannot be traced.
  ///   - target: the scalar explained; the predicted label when nil.
  ///   - options: the method's own, by name.
  ///   - execution: threads, and the seed of every random draw.
  /// - Throws: `option` for a method, an option or a target that does not exist, `input` for a text
  ///   that cannot be used, `unsupported` when the model lacks what the method needs.
  public func explain(
    _ text: some Readable, method: String? = nil, target: Target? = nil,
    options: [String: Value] = [:], execution: Execution = .automatic
  ) throws(AssayError) -> Explanation {
    let tokens = try tokenize(text)
    let question = try Question(
      self, try tokens.input(for: self), target: target, execution: execution)
    return try Explanation(try question.explain(method: method, options: options), tokens)
  }

  /// Explains one prediction without holding up the caller's thread.
  ///
  /// `progress` is told at most every 50 ms how far the work is.
  ///
  /// - Throws: `cancelled` within 0.2 s of the task's cancellation, and what it throws elsewhere.
  public func explain(
    _ text: some Readable, method: String? = nil, target: Target? = nil,
    options: [String: Value] = [:], execution: Execution = .automatic,
    progress: ProgressHandler? = nil
  ) async throws(AssayError) -> Explanation {
    try await execution.aside(progress) { execution throws(AssayError) in
      try explain(text, method: method, target: target, options: options, execution: execution)
    }
  }
}
