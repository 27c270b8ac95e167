import Tensors
import Values

/// Typed access to one object of a `tokenizer.json`, with messages that say where it stands.
struct Part: Sendable {
  let members: Members
  /// The file and the path within it.
  let subject: String

  init(_ value: Value?, _ subject: String) throws(AssayError) {
    guard let members = value?.recordValue else {
      throw Part.refused(subject, "an object", value?.summary ?? "nothing")
    }
    self.members = members
    self.subject = subject
  }

  /// What kind of step this is.
  func type() throws(AssayError) -> String { try text("type") }

  func text(_ name: String) throws(AssayError) -> String {
    guard let text = members[name]?.textValue else { throw wrong(name, "a string") }
    return text
  }

  /// A string that may be missing or null.
  func optionalText(_ name: String) throws(AssayError) -> String? {
    guard let value = members[name], !value.isNull else { return nil }
    guard let text = value.textValue else { throw wrong(name, "a string") }
    return text
  }

  func flag(_ name: String, default fallback: Bool) throws(AssayError) -> Bool {
    guard let value = members[name], !value.isNull else { return fallback }
    guard let flag = value.boolValue else { throw wrong(name, "true or false") }
    return flag
  }

  /// A token's id: a whole number that fits 31 bits.
  func id(_ name: String) throws(AssayError) -> Int {
    guard let id = members[name]?.integerValue, (0..<1 << 31).contains(id) else {
      throw wrong(name, "a token's id")
    }
    return id
  }

  func list(_ name: String) throws(AssayError) -> [Value] {
    guard let value = members[name], !value.isNull else { return [] }
    guard let list = value.listValue else { throw wrong(name, "a list") }
    return list
  }

  /// The objects of a list.
  func parts(_ name: String) throws(AssayError) -> [Part] {
    var found: [Part] = []
    for (index, value) in try list(name).enumerated() {
      found.append(try Part(value, "\(subject).\(name)[\(index)]"))
    }
    return found
  }

  /// The object of a field; nil when it is missing or null.
  func part(_ name: String) throws(AssayError) -> Part? {
    guard let value = members[name], !value.isNull else { return nil }
    return try Part(value, "\(subject).\(name)")
  }

  /// The error for a field that is not what it has to be.
  func wrong(_ name: String, _ expected: String) -> AssayError {
    Part.refused("\(subject).\(name)", expected, members[name]?.summary ?? "nothing")
  }

  /// The error for a step that is not carried out here.
  func unknown(_ what: String, known: [String]) throws(AssayError) -> AssayError {
    AssayError(
      .unsupported, subject,
      expected: "\(what) of type \(known.joined(separator: ", "))",
      found: Value.quoted(try type()))
  }

  static func refused(_ subject: String, _ expected: String, _ found: String) -> AssayError {
    AssayError(.checkpoint, subject, expected: expected, found: found)
  }
}
