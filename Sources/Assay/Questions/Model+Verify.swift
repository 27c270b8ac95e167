import Attribution
import Evidence
import Models
import Tensors
import Values

extension Model {
  /// Weighs the evidence for an explanation and reaches a verdict: the main job.
  ///
  /// - Parameters:
  ///   - text: what the model reads.
  ///   - explanation: a method's name, which may be written as a literal; scores from anywhere, one per
  ///     explained token (or per token, or per word or span with that granularity); the model's
  ///     standard method when nil.
  ///   - target: the scalar explained; the predicted label when nil, against its strongest rival where
  ///     there are more labels than ten.
  ///   - checks: which checks run; the deciding ones always do.
  ///   - settings: thresholds, draws, granularity and what else decides how evidence is gathered.
  ///   - execution: threads, and the seed of every random draw.
  /// - Throws: `input` for a text that cannot be used, `option` for an unknown name or value, `shape`
  ///   for scores of another length, `numeric` for numbers that are not finite, `unsupported`.
  public func verify(
    _ text: some Readable, explanation: TestedExplanation? = nil, target: Target? = nil,
    checks: CheckSelection = .standard, settings: Settings = Settings(),
    execution: Execution = .automatic
  ) throws(AssayError) -> Report {
    let tokens = try tokenize(text)
    let report = try verify(
      try tokens.input(for: self),
      explanation: explanation ?? .method(Methods.standard(for: self)), target: target,
      checks: checks, settings: settings, execution: execution)
    return try Report(report, tokens, of: self)
  }

  /// Reaches a verdict without holding up the caller's thread.
  ///
  /// `progress` is told at most every 50 ms how far the work is.
  ///
  /// - Throws: `cancelled` within 0.2 s of the task's cancellation, and what it throws elsewhere.
  public func verify(
    _ text: some Readable, explanation: TestedExplanation? = nil, target: Target? = nil,
    checks: CheckSelection = .standard, settings: Settings = Settings(),
    execution: Execution = .automatic, progress: ProgressHandler? = nil
  ) async throws(AssayError) -> Report {
    try await execution.aside(progress) { execution throws(AssayError) in
      try verify(
        text, explanation: explanation, target: target, checks: checks, settings: settings,
        execution: execution)
    }
  }
}

extension TestedExplanation: ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
  /// A registered method with its default options.
  public init(stringLiteral name: String) { self = .method(name) }

  /// Scores from anywhere.
  public init(arrayLiteral scores: Double...) { self = .scores(scores) }

  /// An explanation that was made before: its method with the same options, or the scores that it was
  /// given.
  public init(_ explanation: Explanation) {
    self =
      explanation.method == Attribution.Explanation.external
      ? .scores(explanation.scores.map(Double.init))
      : .method(explanation.method, options: explanation.options)
  }
}
