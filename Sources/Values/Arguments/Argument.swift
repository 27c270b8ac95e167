import Tensors

/// One value of a record of arguments, with the path by which messages call it.
package struct Argument: Sendable {
  package let value: Value
  private let parent: String
  private let place: Place

  private enum Place { case whole, member(String), element(Int) }

  package init(_ value: Value, path: String) {
    self.value = value
    parent = path
    place = .whole
  }

  /// The member `name` of what messages call `parent`; empty for the arguments of a call.
  init(_ value: Value, member name: String, of parent: String) {
    self.value = value
    self.parent = parent
    place = .member(name)
  }

  private init(_ value: Value, element index: Int, of parent: String) {
    self.value = value
    self.parent = parent
    place = .element(index)
  }

  /// How messages call the value; put together only when somebody asks.
  package var path: String {
    switch place {
    case .whole: parent
    case .member(let name): parent.isEmpty ? name : "\(parent).\(name)"
    case .element(let index): "\(parent)[\(index)]"
    }
  }

  /// - Throws: `option` unless it is a string.
  package func string() throws(AssayError) -> String {
    guard case .text(let value) = value else { throw mismatch("a string") }
    return value
  }

  /// - Throws: `option` unless it is true or false.
  package func boolean() throws(AssayError) -> Bool {
    guard case .bool(let value) = value else { throw mismatch("true or false") }
    return value
  }

  /// A whole number, however it is written (`2` or `2.0`).
  /// - Throws: `option` unless it is one in `range`.
  package func integer(in range: ClosedRange<Int>) throws(AssayError) -> Int {
    let value: Int? =
      switch value {
      case .integer(let value): value
      case .number(let value): Int(exactly: value)
      case .null, .bool, .text, .list, .record, .array: nil
      }
    guard let value, range.contains(value) else {
      throw mismatch("an integer in \(range.lowerBound)...\(range.upperBound)")
    }
    return value
  }

  /// A finite number.
  /// - Throws: `option` unless it is one in `range`.
  package func number(
    in range: ClosedRange<Double> = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
  ) throws(AssayError) -> Double {
    let value: Double? =
      switch value {
      case .integer(let value): Double(value)
      case .number(let value): value
      case .null, .bool, .text, .list, .record, .array: nil
      }
    guard let value, range.contains(value) else {
      let isAnything = range.upperBound == .greatestFiniteMagnitude
      throw mismatch(
        isAnything && range.lowerBound == -.greatestFiniteMagnitude
          ? "a number" : "a number in \(range.lowerBound)...\(range.upperBound)")
    }
    return value
  }

  /// One of the names of an enumeration.
  /// - Throws: `option` with the known names.
  package func choice<Choice>(_: Choice.Type = Choice.self) throws(AssayError) -> Choice
  where Choice: RawRepresentable<String> & CaseIterable {
    guard case .text(let name) = value, let choice = Choice(rawValue: name) else {
      let names = Choice.allCases.map { Value.quoted($0.rawValue) }
      throw mismatch("one of \(names.joined(separator: ", "))")
    }
    return choice
  }

  /// The elements of a list.
  /// - Throws: `option` unless it is one.
  package func list() throws(AssayError) -> [Argument] {
    guard case .list(let elements) = value else { throw mismatch("a list") }
    let path = path
    return elements.enumerated().map { Argument($1, element: $0, of: path) }
  }

  /// The elements of a list, each read by `read`.
  /// - Throws: `option` unless it is a list, and what `read` throws.
  package func list<Element>(
    of read: (Argument) throws(AssayError) -> Element
  ) throws(AssayError) -> [Element] {
    var values: [Element] = []
    for element in try list() { values.append(try read(element)) }
    return values
  }

  /// The members of an object.
  /// - Throws: `option` unless it is one.
  package func fields() throws(AssayError) -> Fields { try Fields(value, path: path) }

  /// What plain JSON can hold.
  /// - Throws: `option` if an array stands in it.
  package func plain() throws(AssayError) -> Value {
    if value.holdsArray { throw mismatch("an object without arrays") }
    return value
  }

  /// The error that says what would have been accepted here.
  package func mismatch(_ expected: String) -> AssayError {
    AssayError(.option, path, expected: expected, found: value.summary)
  }
}
