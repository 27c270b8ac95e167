import Tensors
import Values

/// Typed access to the fields of a `config.json`.
///
/// A field whose value is `null` counts as missing. Every problem is an error of kind
/// `checkpoint` whose subject names the file and the field.
package struct Configuration: Sendable {
  package let object: Members
  /// What the configuration is called in messages: a path, or an argument's name.
  package let subject: String

  package init(_ value: Value, subject: String) throws(AssayError) {
    guard let object = value.recordValue else {
      throw AssayError(.checkpoint, subject, expected: "an object", found: value.summary)
    }
    self.object = object
    self.subject = subject
  }

  /// Whether the field is there and not null.
  package func contains(_ field: String) -> Bool { value(field) != nil }

  /// A whole number within a range; `fallback` if the field is missing, nil making it required.
  package func integer(
    _ field: String, in range: ClosedRange<Int>, default fallback: Int? = nil
  ) throws(AssayError) -> Int {
    let wanted = "an integer in \(range.lowerBound)...\(range.upperBound)"
    return try read(field, wanted, fallback) { value in
      value.integerValue.flatMap { range.contains($0) ? $0 : nil }
    }
  }

  /// A finite number within a range.
  package func number(
    _ field: String, in range: ClosedRange<Double>, default fallback: Double? = nil
  ) throws(AssayError) -> Double {
    let wanted = "a number in \(range.lowerBound)...\(range.upperBound)"
    return try read(field, wanted, fallback) { value in
      value.numberValue.flatMap { range.contains($0) ? $0 : nil }
    }
  }

  package func bool(_ field: String, default fallback: Bool? = nil) throws(AssayError) -> Bool {
    try read(field, "true or false", fallback) { $0.boolValue }
  }

  package func string(
    _ field: String, default fallback: String? = nil
  ) throws(AssayError) -> String {
    try read(field, "a string", fallback) { $0.textValue }
  }

  /// A string out of a list.
  package func string(
    _ field: String, oneOf choices: [String], default fallback: String? = nil
  ) throws(AssayError) -> String {
    let wanted = "one of " + choices.map(Value.quoted).joined(separator: ", ")
    return try read(field, wanted, fallback) { value in
      value.textValue.flatMap { choices.contains($0) ? $0 : nil }
    }
  }

  /// A list of whole numbers, each within a range.
  package func integers(
    _ field: String, in range: ClosedRange<Int>, default fallback: [Int]? = nil
  ) throws(AssayError) -> [Int] {
    let wanted = "a list of integers in \(range.lowerBound)...\(range.upperBound)"
    return try read(field, wanted, fallback) { value in
      value.integersValue.flatMap { $0.allSatisfy(range.contains) ? $0 : nil }
    }
  }

  /// A list of strings.
  package func strings(
    _ field: String, default fallback: [String]? = nil
  ) throws(AssayError) -> [String] {
    try read(field, "a list of strings", fallback) { value in
      guard let elements = value.listValue else { return nil }
      let strings = elements.compactMap(\.textValue)
      return strings.count == elements.count ? strings : nil
    }
  }

  /// The fields of an object inside this one; nil if the field is missing.
  package func nested(_ field: String) throws(AssayError) -> Configuration? {
    guard let value = value(field) else { return nil }
    return try Configuration(value, subject: name(field))
  }

  /// An error about one field, for conditions that tie several fields together.
  package func failure(_ field: String, expected: String, found: String? = nil) -> AssayError {
    AssayError(
      .checkpoint, name(field), expected: expected,
      found: found ?? object[field]?.summary ?? "no such field")
  }

  private func value(_ field: String) -> Value? {
    object[field].flatMap { $0.isNull ? nil : $0 }
  }

  private func name(_ field: String) -> String { "\(subject), \(field)" }

  private func read<Content>(
    _ field: String, _ expected: String, _ fallback: Content?,
    _ convert: (Value) -> Content?
  ) throws(AssayError) -> Content {
    guard let value = value(field) else {
      if let fallback { return fallback }
      throw failure(field, expected: expected)
    }
    guard let converted = convert(value) else { throw failure(field, expected: expected) }
    return converted
  }
}
