/// One option of a method or check: its kind decides what is accepted.
public struct OptionSpec: Sendable {
  /// What an option accepts.
  public enum Kind: Sendable {
    /// Yes or no.
    case bool
    /// A whole number in a range.
    case integer(ClosedRange<Int>)
    /// A finite number in a range.
    case number(ClosedRange<Double>)
    /// One of these words.
    case choice([String])
    /// One of these words or an array of float32 numbers.
    case choiceOrArray([String])
    /// One of these words or a whole number in a range.
    case choiceOrInteger([String], ClosedRange<Int>)
    /// A whole number in a range, or a time such as `10s`.
    case integerOrTime(ClosedRange<Int>)
    /// Whole numbers, each in the range.
    case integers(ClosedRange<Int>)
  }

  /// The field's term for it.
  public let name: String
  /// What it accepts.
  public let kind: Kind
  /// What it is when nobody says.
  public let fallback: Value
  /// What it does, in one sentence.
  public let summary: String

  package init(_ name: String, _ kind: Kind, default fallback: Value, _ summary: String) {
    self.name = name
    self.kind = kind
    self.fallback = fallback
    self.summary = summary
  }
}

extension OptionSpec.Kind: CustomStringConvertible {
  /// What the kind accepts, in words.
  public var description: String {
    switch self {
    case .bool: "true or false"
    case .integer(let range): "a whole number in \(range.lowerBound)...\(range.upperBound)"
    case .number(let range): "a number in \(range.lowerBound)...\(range.upperBound)"
    case .choice(let words): "one of " + words.joined(separator: ", ")
    case .choiceOrArray(let words):
      "one of " + words.joined(separator: ", ") + ", or a float32 array"
    case .choiceOrInteger(let words, let range):
      "one of " + words.joined(separator: ", ")
        + ", or a whole number in \(range.lowerBound)...\(range.upperBound)"
    case .integerOrTime(let range):
      "a whole number in \(range.lowerBound)...\(range.upperBound), or a time such as 500ms, 10s, 2min"
    case .integers(let range): "whole numbers in \(range.lowerBound)...\(range.upperBound)"
    }
  }
}
