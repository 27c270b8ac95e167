import Tensors

/// A plain value: what options, checkpoints' configurations, results and the records of the C
/// boundary are made of.
///
/// It is JSON whose leaves may also be numeric arrays. A number written without fraction and
/// exponent that fits 64 bits is an `integer`; every other number is a `number`.
public enum Value: Sendable, Equatable {
  /// Nothing: an option that is null takes its own default.
  case null
  /// Yes or no.
  case bool(Bool)
  /// A whole number.
  case integer(Int)
  /// A real number. Undefined ones (NaN, infinities) are written as null.
  case number(Double)
  /// Words.
  case text(String)
  /// Several values.
  case list([Value])
  /// Named values in the order in which they are written.
  case record(Members)
  /// Numbers in memory of their own.
  case array(NumericArray)
}

// MARK: - Making

extension Value {
  /// A number, or null for none.
  package static func number(_ value: Double?) -> Value { optional(value) { .number($0) } }

  /// A list of numbers.
  package static func numbers(_ values: [Double]) -> Value { .list(values.map { .number($0) }) }

  /// A key given twice keeps its first place and takes its last value.
  package static func record(_ members: [Members.Element]) -> Value {
    .record(Members(members))
  }

  /// A tensor, sharing its memory.
  package static func tensor(_ tensor: Tensor) -> Value { .array(NumericArray(tensor)) }

  /// One axis of doubles.
  package static func doubles(_ values: [Double]) -> Value { .array(NumericArray(values)) }

  /// One axis of 32-bit integers.
  package static func indices(_ values: [Int32]) -> Value { .array(NumericArray(values)) }

  /// `make` of the value, or null for none.
  package static func optional<Content>(_ value: Content?, _ make: (Content) -> Value) -> Value {
    value.map(make) ?? .null
  }
}

// `nil` is no literal of a value: it would be taken for `.null` where no value is meant.
extension Value: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  /// Yes or no.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// A whole number.
  public init(integerLiteral value: Int) { self = .integer(value) }
  /// A real number.
  public init(floatLiteral value: Double) { self = .number(value) }
  /// Words.
  public init(stringLiteral value: String) { self = .text(value) }
  /// A list.
  public init(arrayLiteral elements: Value...) { self = .list(elements) }
  /// A record; a key given twice keeps its first place and takes its last value.
  public init(dictionaryLiteral elements: (String, Value)...) {
    self = .record(Members(elements.map { (key: $0, value: $1) }))
  }
}

// MARK: - Reading

extension Value {
  package var isNull: Bool { if case .null = self { true } else { false } }

  /// The value of yes or no; nil for anything else.
  public var boolValue: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  /// The value of a whole number; nil for anything else.
  public var integerValue: Int? {
    if case .integer(let value) = self { value } else { nil }
  }

  /// The value of a number, whole or not; nil for anything else.
  public var numberValue: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    case .null, .bool, .text, .list, .record, .array: nil
    }
  }

  /// Words; nil for anything else.
  public var textValue: String? {
    if case .text(let value) = self { value } else { nil }
  }

  /// The elements of a list; nil for anything else.
  public var listValue: [Value]? {
    if case .list(let value) = self { value } else { nil }
  }

  /// The elements of a list of whole numbers; nil for anything else.
  package var integersValue: [Int]? {
    guard case .list(let elements) = self else { return nil }
    let integers = elements.compactMap(\.integerValue)
    return integers.count == elements.count ? integers : nil
  }

  /// The members of a record; nil for anything else.
  public var recordValue: Members? {
    if case .record(let value) = self { value } else { nil }
  }

  /// The member of a record; nil if there is none or this is not a record.
  public subscript(key: String) -> Value? { recordValue?[key] }

  /// Whether an array stands anywhere in the value.
  package var holdsArray: Bool {
    switch self {
    case .null, .bool, .integer, .number, .text: false
    case .list(let elements): elements.contains(where: \.holdsArray)
    case .record(let members): members.contains(where: \.value.holdsArray)
    case .array: true
    }
  }
}
