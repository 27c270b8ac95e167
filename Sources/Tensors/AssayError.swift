/// What went wrong, about what, what was expected and what was found.
///
/// One error type crosses every module and the C boundary; `Kind` decides which exception class
/// Python raises.
public struct AssayError: Error, Sendable, Equatable {
  /// The family of an error; raw values are the constants of the C header.
  public enum Kind: Int32, Sendable, CaseIterable {
    /// An unknown or out-of-range option.
    case option = 1
    /// Tokens, text or pixels that cannot be used.
    case input = 2
    /// An array of the wrong shape, type or layout.
    case shape = 3
    /// A checkpoint folder or file that cannot be read.
    case checkpoint = 4
    /// A model, method or check that cannot do what was asked.
    case unsupported = 5
    /// A value that is not finite or a quantity that is undefined.
    case numeric = 6
    /// The caller asked to stop.
    case cancelled = 7
    /// A broken invariant of the engine.
    case `internal` = 8
    /// Memory that could not be had or would exceed the stated budget.
    case memory = 9
    /// A model name that leads nowhere.
    case model = 10
  }

  /// The family of the error.
  public let kind: Kind
  /// What the error is about: a file, a tensor, an option, an argument.
  public let subject: String
  /// What would have been accepted.
  public let expected: String
  /// What was there instead.
  public let found: String

  /// Describes one failure.
  public init(_ kind: Kind, _ subject: String, expected: String, found: String) {
    self.kind = kind
    self.subject = subject
    self.expected = expected
    self.found = found
  }
}

extension AssayError: CustomStringConvertible {
  /// `subject: expected …, found …`.
  public var description: String {
    "\(subject): expected \(expected), found \(found)"
  }

  /// The error of an operation that was stopped by its caller.
  package static let cancelled = AssayError(
    .cancelled, "operation", expected: "to run to its end", found: "a request to stop")
}
