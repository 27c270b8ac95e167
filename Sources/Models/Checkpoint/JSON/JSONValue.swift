/// A JSON value: what configuration files, safetensors headers and the records of the C boundary
/// are made of.
///
/// Objects keep the order of their keys. A number written without fraction and exponent that fits
/// 64 bits is an `integer`; every other number is a `number`.
package enum JSONValue: Sendable, Equatable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)
}

extension JSONValue {
  package var isNull: Bool { self == .null }

  package var boolValue: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  package var integerValue: Int? {
    if case .integer(let value) = self { value } else { nil }
  }

  /// The value of a number, whole or not.
  package var doubleValue: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    case .null, .bool, .string, .array, .object: nil
    }
  }

  package var stringValue: String? {
    if case .string(let value) = self { value } else { nil }
  }

  package var arrayValue: [JSONValue]? {
    if case .array(let value) = self { value } else { nil }
  }

  package var objectValue: JSONObject? {
    if case .object(let value) = self { value } else { nil }
  }

  /// The member of an object; nil if there is none or this is not an object.
  package subscript(key: String) -> JSONValue? { objectValue?[key] }

  /// What the value is, for messages: `an integer 3`, `a string "x"`, `an array of 2`.
  package var summary: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .integer(let value): "the integer \(value)"
    case .number(let value): "the number \(value)"
    case .string(let value): "the string \(JSONValue.quoted(value))"
    case .array(let values): "an array of \(values.count)"
    case .object(let object): "an object of \(object.count)"
    }
  }

  /// Untrusted text fit for a message: in quotes, control characters escaped, at most 200 long.
  package static func quoted(_ text: String) -> String {
    let limit = 200
    let shown = text.unicodeScalars.prefix(limit)
    let rest = text.unicodeScalars.dropFirst(limit).isEmpty ? "" : "…"
    return JSONValue.string(String(String.UnicodeScalarView(shown)) + rest).text
  }
}

// `nil` is no literal of a JSON value: it would be taken for `.null` where no value is meant.
extension JSONValue: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(integerLiteral value: Int) { self = .integer(value) }
  package init(floatLiteral value: Double) { self = .number(value) }
  package init(stringLiteral value: String) { self = .string(value) }
  package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

  /// A key given twice keeps its first place and takes its last value.
  package init(dictionaryLiteral elements: (String, JSONValue)...) {
    var object = JSONObject()
    for (key, value) in elements { object[key] = value }
    self = .object(object)
  }
}
