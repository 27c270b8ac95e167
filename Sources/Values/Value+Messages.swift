extension Value: CustomStringConvertible {
  /// The value as a person would write it: `true`, `0.5`, `"mean"`, `[1, 2]`.
  public var description: String {
    switch self {
    case .null: "none"
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .text(let value): Value.quoted(value)
    case .list(let elements): "[\(elements.map(\.description).joined(separator: ", "))]"
    case .record, .array: summary
    }
  }

  /// What the value is, for messages: `the integer 3`, `the string "x"`, `a list of 2`.
  package var summary: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .integer(let value): "the integer \(value)"
    case .number(let value): "the number \(value)"
    case .text(let value): "the string \(Value.quoted(value))"
    case .list(let elements): "a list of \(elements.count)"
    case .record(let members): "an object of \(members.count)"
    case .array(let array): "an array \(array.summary)"
    }
  }

  /// Untrusted text fit for a message: in quotes, control characters escaped, at most 200 long.
  package static func quoted(_ text: String) -> String {
    let limit = 200
    let shown = text.unicodeScalars.prefix(limit)
    let rest = text.unicodeScalars.dropFirst(limit).isEmpty ? "" : "…"
    return Value.text(String(String.UnicodeScalarView(shown)) + rest).json
  }
}
