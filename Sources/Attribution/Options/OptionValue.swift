import Tensors

/// The value of one option, as it came through a door or from a default.
public enum OptionValue: Sendable, Equatable {
  /// Nothing: the option's own default rule applies.
  case none
  /// Yes or no.
  case bool(Bool)
  /// A whole number.
  case integer(Int)
  /// A real number.
  case number(Double)
  /// One of the option's words.
  case text(String)
  /// Whole numbers, such as token ids.
  case integers([Int])
  /// An array of floats.
  case array(Tensor)

  /// Equal kinds with equal values; arrays by shape and number.
  public static func == (a: OptionValue, b: OptionValue) -> Bool {
    switch (a, b) {
    case (.none, .none): true
    case (.bool(let x), .bool(let y)): x == y
    case (.integer(let x), .integer(let y)): x == y
    case (.number(let x), .number(let y)): x == y
    case (.text(let x), .text(let y)): x == y
    case (.integers(let x), .integers(let y)): x == y
    case (.array(let x), .array(let y)): x.shape == y.shape && x.scalars == y.scalars
    default: false
    }
  }
}

extension OptionValue: CustomStringConvertible {
  /// The value as a person would write it.
  public var description: String {
    switch self {
    case .none: "None"
    case .bool(let value): value ? "True" : "False"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .text(let value): "\"\(value)\""
    case .integers(let values): "\(values)"
    case .array(let tensor): "an array of shape \(tensor.shape)"
    }
  }
}

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
    /// One of these words or an array of floats.
    case choiceOrArray([String])
    /// One of these words or a whole number in a range.
    case choiceOrInteger([String], ClosedRange<Int>)
    /// Whole numbers, each in the range.
    case integers(ClosedRange<Int>)
  }

  /// The field's term for it.
  public let name: String
  /// What it accepts.
  public let kind: Kind
  /// What it is when nobody says.
  public let fallback: OptionValue
  /// What it does, in one sentence.
  public let summary: String

  package init(_ name: String, _ kind: Kind, default fallback: OptionValue, _ summary: String) {
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
    case .bool: "True or False"
    case .integer(let range): "a whole number in \(range.lowerBound)...\(range.upperBound)"
    case .number(let range): "a number in \(range.lowerBound)...\(range.upperBound)"
    case .choice(let words): "one of " + words.joined(separator: ", ")
    case .choiceOrArray(let words): "one of " + words.joined(separator: ", ") + ", or an array"
    case .choiceOrInteger(let words, let range):
      "one of " + words.joined(separator: ", ")
        + ", or a whole number in \(range.lowerBound)...\(range.upperBound)"
    case .integers(let range): "whole numbers in \(range.lowerBound)...\(range.upperBound)"
    }
  }
}
