/// The members of a JSON object in the order they were written, each key once.
///
/// - Complexity: looking a key up is O(1) on average.
package struct JSONObject: Sendable {
  package typealias Member = (key: String, value: JSONValue)

  package private(set) var members: [Member] = []
  /// Where each key stands in `members`; empty while a linear search is faster.
  private var places: [ByteKey: Int] = [:]

  private static let linearLimit = 8

  package init() {}

  package var count: Int { members.count }
  package var keys: [String] { members.map(\.key) }

  /// The value of a key; assigning nil removes the member, assigning to a new key appends it.
  package subscript(key: String) -> JSONValue? {
    get { place(of: key).map { members[$0].value } }
    set {
      switch (place(of: key), newValue) {
      case (let place?, let value?): members[place].value = value
      case (nil, let value?): append(key, value)
      case (let place?, nil):
        members.remove(at: place)
        places = [:]
        if members.count > Self.linearLimit { indexAll() }
      case (nil, nil): break
      }
    }
  }

  /// Adds a member unless its key is there already; says whether it did.
  mutating func insert(_ key: String, _ value: JSONValue) -> Bool {
    if place(of: key) != nil { return false }
    append(key, value)
    return true
  }

  private mutating func append(_ key: String, _ value: JSONValue) {
    members.append((key, value))
    if !places.isEmpty {
      places[ByteKey(text: key)] = members.count - 1
    } else if members.count > Self.linearLimit {
      indexAll()
    }
  }

  private mutating func indexAll() {
    places.reserveCapacity(members.count)
    for (place, member) in members.enumerated() { places[ByteKey(text: member.key)] = place }
  }

  private func place(of key: String) -> Int? {
    let wanted = ByteKey(text: key)
    return members.count > Self.linearLimit
      ? places[wanted] : members.firstIndex { ByteKey(text: $0.key) == wanted }
  }
}

extension JSONObject: Equatable {
  package static func == (a: JSONObject, b: JSONObject) -> Bool {
    a.count == b.count && zip(a.members, b.members).allSatisfy { $0 == $1 }
  }
}

/// A string compared byte by byte: JSON does not hold canonically equivalent texts for equal.
private struct ByteKey: Hashable {
  let text: String

  static func == (a: ByteKey, b: ByteKey) -> Bool {
    // Equal bytes are equal strings; the fast comparison settles all but the rare other case.
    a.text == b.text && a.text.utf8.count == b.text.utf8.count
      && a.text.utf8.elementsEqual(b.text.utf8)
  }

  func hash(into hasher: inout Hasher) { hasher.combine(text) }
}
