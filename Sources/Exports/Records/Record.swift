import Models
import Tensors

/// What crosses the C boundary, in both directions: JSON whose leaves may also be numeric arrays.
///
/// On the wire the arrays travel beside the text, which refers to them as `{"$array": 0}`.
package enum Record: Sendable {
  case null
  case bool(Bool)
  case integer(Int)
  /// Undefined numbers (NaN, infinities) are written as null.
  case number(Double)
  case string(String)
  case list([Record])
  /// Members in the order in which they are written, each key once.
  case object([Member])
  case array(NumericArray)

  package typealias Member = (key: String, value: Record)

  /// A tensor, sharing its memory.
  package static func tensor(_ tensor: Tensor) -> Record { .array(NumericArray(tensor)) }

  /// One axis of doubles.
  package static func doubles(_ values: [Double]) -> Record { .array(NumericArray(values)) }

  /// One axis of 32-bit integers.
  package static func indices(_ values: [Int32]) -> Record { .array(NumericArray(values)) }

  /// `make` of the value, or null for none.
  package static func optional<Value>(_ value: Value?, _ make: (Value) -> Record) -> Record {
    value.map(make) ?? .null
  }

  /// What the value is, for messages.
  package var summary: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .integer(let value): "the integer \(value)"
    case .number(let value): "the number \(value)"
    case .string(let value): "the string \(JSONValue.quoted(value))"
    case .list(let elements): "a list of \(elements.count)"
    case .object(let members): "an object of \(members.count)"
    case .array(let array): "an array \(array.summary)"
    }
  }
}

extension Record: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByStringLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  package init(nilLiteral: ()) { self = .null }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(integerLiteral value: Int) { self = .integer(value) }
  package init(floatLiteral value: Double) { self = .number(value) }
  package init(stringLiteral value: String) { self = .string(value) }
  package init(arrayLiteral elements: Record...) { self = .list(elements) }
  package init(dictionaryLiteral elements: (String, Record)...) {
    self = .object(elements.map { (key: $0.0, value: $0.1) })
  }
}
