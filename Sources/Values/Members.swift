/// The members of a record in the order they were written, each key once.
///
/// - Complexity: looking a key up is O(1) on average.
public struct Members: Sendable {
  private var members: [Element] = []
  /// Where each key stands in `members`; empty while a linear search is faster.
  private var places: [ByteKey: Int] = [:]

  private static let linearLimit = 8

  /// A record without members.
  public init() {}

  /// A key given twice keeps its first place and takes its last value.
  public init(_ members: [Element]) {
    for (key, value) in members { self[key] = value }
  }

  package var keys: [String] { members.map(\.key) }

  /// The value of a key; assigning nil removes the member, assigning to a new key appends it.
  public subscript(key: String) -> Value? {
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
  package mutating func insert(_ key: String, _ value: Value) -> Bool {
    if place(of: key) != nil { return false }
    append(key, value)
    return true
  }

  /// Puts `change` of every value in its place.
  package func mapValues<Failure>(
    _ change: (Value) throws(Failure) -> Value
  ) throws(Failure) -> Members {
    var changed = self
    for index in members.indices { changed.members[index].value = try change(members[index].value) }
    return changed
  }

  private mutating func append(_ key: String, _ value: Value) {
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

extension Members: RandomAccessCollection {
  /// A key with its value.
  public typealias Element = (key: String, value: Value)

  /// The place of the first member.
  public var startIndex: Int { members.startIndex }
  /// The place behind the last member.
  public var endIndex: Int { members.endIndex }
  /// The member at a place.
  public subscript(place: Int) -> Element { members[place] }
}

extension Members: Equatable {
  /// Equal keys with equal values in equal order.
  public static func == (a: Members, b: Members) -> Bool {
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
