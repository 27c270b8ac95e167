import Tensors

/// The members of a record of arguments, read by name.
///
/// `finish` refuses members that nobody asked for, so a misspelt option is an error that lists the
/// known ones, and the names are written once: where they are read.
package struct Fields {
  private let members: Members
  private let path: String
  private var known: [String] = []

  /// - Parameter path: How messages call the record, empty for the arguments of the call itself.
  /// - Throws: `option` if the record is not an object.
  package init(_ record: Value, path: String = "") throws(AssayError) {
    guard case .record(let members) = record else {
      throw AssayError(
        .option, path.isEmpty ? "arguments" : path, expected: "an object", found: record.summary)
    }
    self.members = members
    self.path = path
  }

  /// The member of that name, or nil where it is absent or null.
  package mutating func optional(_ name: String) -> Argument? {
    known.append(name)
    guard let value = members[name], !value.isNull else { return nil }
    return Argument(value, member: name, of: path)
  }

  /// The member of that name.
  /// - Throws: `option` where it is absent or null.
  package mutating func required(_ name: String) throws(AssayError) -> Argument {
    if let argument = optional(name) { return argument }
    throw AssayError(.option, join(name), expected: "a value", found: "none")
  }

  /// Every member by name, for records whose names the caller chooses.
  package mutating func all() -> [(name: String, argument: Argument)] {
    known += members.keys
    return members.map { ($0.key, Argument($0.value, member: $0.key, of: path)) }
  }

  /// Call it when everything was read.
  /// - Throws: `option` for a member that was never asked for, with the names of those that were.
  package func finish() throws(AssayError) {
    guard let unknown = members.first(where: { !known.contains($0.key) })?.key else { return }
    throw AssayError(
      .option, join(Value.quoted(unknown)),
      expected: known.isEmpty ? "no options" : "one of \(known.joined(separator: ", "))",
      found: "an unknown option")
  }

  private func join(_ name: String) -> String { Argument(.null, member: name, of: path).path }
}
