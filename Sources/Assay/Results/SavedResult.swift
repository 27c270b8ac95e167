import Models
import Tensors
import Values

/// A result that is written as JSON, the same that Python writes and reads.
///
/// Numbers are written so that they read back to the same bits. What a file says beyond the
/// properties of a result stays in its ``record``.
public protocol SavedResult: Codable, Sendable, Equatable {
  /// What files of this kind call themselves, such as `assay.report/1`.
  static var format: String { get }

  /// Everything that is known of the result, as plain values.
  var record: Value { get }

  /// The result of a record.
  /// - Throws: `option` naming the member that is missing or of another type.
  init(record: Value) throws(AssayError)
}

extension SavedResult {
  /// Writes a JSON file, which appears under its name only when it is complete.
  /// - Throws: `checkpoint` for a place that cannot be written.
  public func save(_ path: String) throws(AssayError) {
    var file = try AtomicFile(path)
    try file.write(saved.jsonBytes + [UInt8(ascii: "\n")])
    try file.commit()
  }

  /// Reads what `save` wrote, here or in Python.
  /// - Throws: `model` when nothing is at the path, `input` for a file that holds something else.
  public static func load(_ path: String) throws(AssayError) -> Self {
    let bytes = try MappedFile.bytes(of: path, limit: 1 << 30)
    return try Self(saved: try Value.parse(bytes, subject: path, kind: .input), subject: path)
  }

  /// Writes what `save` writes.
  public func encode(to encoder: any Encoder) throws { try saved.encode(to: encoder) }

  /// Reads what `save` or `encode` wrote.
  public init(from decoder: any Decoder) throws {
    do throws(AssayError) {
      self = try Self(saved: try Self.value(decoder), subject: Self.format)
    } catch {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: error.description))
    }
  }

  private static func value(_ decoder: any Decoder) throws(AssayError) -> Value {
    do {
      return try Value(from: decoder)
    } catch {
      throw AssayError(.input, format, expected: "plain values", found: "\(error)")
    }
  }

  /// The record behind the name of its format and the version that wrote it first.
  private var saved: Value {
    let members = record.recordValue ?? Members()
    let header: [Members.Element] = [
      ("format", .text(Self.format)), ("written_by", members["written_by"] ?? .text(engineVersion)),
    ]
    return .record(header + members.map { ($0.key, $0.value) }.filter { Self.isOfResult($0.0) })
  }

  private static func isOfResult(_ name: String) -> Bool {
    name != "format" && name != "written_by"
  }

  private init(saved: Value, subject: String) throws(AssayError) {
    guard saved["format"] == .text(Self.format) else {
      throw AssayError(
        .input, subject, expected: "the format \(Self.format)",
        found: saved["format"]?.summary ?? saved.summary)
    }
    do throws(AssayError) {
      try self.init(record: saved)
    } catch {
      throw AssayError(
        .input, "\(subject), \(error.subject)", expected: error.expected, found: error.found)
    }
  }

  /// Equal records, whatever version wrote them and however their numbers are written.
  public static func == (a: Self, b: Self) -> Bool { a.content == b.content }

  private var content: Value {
    guard case .record(let members) = record else { return record }
    return Value.record(
      members.map { ($0.key, $0.value) }.filter { Self.isOfResult($0.0) }
    ).canonical
  }
}

extension Value {
  /// Whole numbers as such and members by name, however they were written.
  fileprivate var canonical: Value {
    switch self {
    case .number(let number): Int(exactly: number).map { .integer($0) } ?? self
    case .list(let elements): .list(elements.map(\.canonical))
    case .record(let members):
      .record(members.map { ($0.key, $0.value.canonical) }.sorted { $0.0 < $1.0 })
    case .null, .bool, .integer, .text, .array: self
    }
  }
}
