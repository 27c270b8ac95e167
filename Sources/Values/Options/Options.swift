import Tensors

/// The resolved options of a method or check: every declared name has a value of its kind.
package struct Options: Sendable, Equatable {
  private let values: [String: Value]
  private let names: [String]

  /// Fills in defaults and checks what was given.
  ///
  /// - Parameter subject: the method or check, for messages.
  /// - Throws: `option` for an unknown name (listing the known ones) or a value of the wrong kind
  ///   or range.
  package init(_ given: [String: Value], for specs: [OptionSpec], subject: String)
    throws(AssayError)
  {
    let known = Set(specs.map(\.name))
    if let unknown = given.keys.filter({ !known.contains($0) }).min() {
      let list = specs.isEmpty ? "no options" : specs.map(\.name).joined(separator: ", ")
      throw AssayError(.option, subject, expected: list, found: "an option called \"\(unknown)\"")
    }
    var values: [String: Value] = [:]
    for spec in specs {
      if let value = given[spec.name], !value.isNull {
        values[spec.name] = try spec.checked(value, subject: subject)
      } else {
        values[spec.name] = spec.fallback
      }
    }
    self.values = values
    names = specs.map(\.name)
  }

  /// Every name with its value, in the order the options were declared.
  package var all: [(name: String, value: Value)] {
    names.map { ($0, values[$0] ?? .null) }
  }

  /// The value of a declared option.
  package subscript(name: String) -> Value {
    guard let value = values[name] else { preconditionFailure("\(name) was never declared") }
    return value
  }

  package func integer(_ name: String) -> Int {
    guard case .integer(let value) = self[name] else { preconditionFailure("\(name): integer") }
    return value
  }

  package func number(_ name: String) -> Double {
    guard case .number(let value) = self[name] else { preconditionFailure("\(name): number") }
    return value
  }

  package func text(_ name: String) -> String {
    guard case .text(let value) = self[name] else { preconditionFailure("\(name): text") }
    return value
  }

  package func bool(_ name: String) -> Bool {
    guard case .bool(let value) = self[name] else { preconditionFailure("\(name): bool") }
    return value
  }

  /// The whole numbers of an option that may be absent.
  package func optionalIntegers(_ name: String) -> [Int]? { self[name].integersValue }

  /// The value of an option that may be absent.
  package func optionalNumber(_ name: String) -> Double? {
    if case .number(let value) = self[name] { return value }
    return nil
  }
}

extension OptionSpec {
  /// The value as the option's kind has it: whole numbers become reals where reals are meant.
  fileprivate func checked(_ value: Value, subject: String) throws(AssayError) -> Value {
    switch (kind, value) {
    case (.bool, .bool): return value
    case (.integer(let range), .integer(let number)) where range.contains(number): return value
    case (.number(let range), .number(let number)) where range.contains(number): return value
    case (.number(let range), .integer(let number)) where range.contains(Double(number)):
      return .number(Double(number))
    case (.choice(let words), .text(let word)) where words.contains(word): return value
    case (.choiceOrArray(let words), .text(let word)) where words.contains(word): return value
    case (.choiceOrArray, .array(let array))
    where array.element == .float32 && array.doubles.allSatisfy(\.isFinite):
      return value
    case (.choiceOrInteger(let words, _), .text(let word)) where words.contains(word): return value
    case (.choiceOrInteger(_, let range), .integer(let number)) where range.contains(number):
      return value
    case (.integerOrTime(let range), .integer(let number)) where range.contains(number):
      return value
    case (.integerOrTime, .text(let word)) where TimeSpan(word) != nil: return value
    case (.integers(let range), .list)
    where value.integersValue?.allSatisfy(range.contains) == true:
      return value
    case (.bool, _), (.integer, _), (.number, _), (.choice, _), (.choiceOrArray, _),
      (.choiceOrInteger, _), (.integerOrTime, _), (.integers, _):
      throw AssayError(
        .option, "\(subject): \(name)", expected: kind.description, found: value.description)
    }
  }
}
