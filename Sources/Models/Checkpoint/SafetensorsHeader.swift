import Tensors
import Values

/// The table of contents of a safetensors file, checked completely before anything is read.
///
/// A file is 8 bytes of header length (little-endian), that many bytes of JSON, then the data:
/// `{"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, …, "__metadata__": {…}}`
/// with offsets counted from the end of the header. The data must be covered exactly, without
/// overlaps or holes (github.com/huggingface/safetensors, format description).
package struct SafetensorsHeader: Sendable {
  /// One tensor of the file.
  package struct Entry: Sendable, Equatable {
    package let name: String
    package let type: ElementType
    package let shape: [Int]
    /// Where the numbers are, counted from the start of the data.
    package let bytes: Range<Int>
  }

  /// The longest header that the format allows.
  static let lengthLimit = 100_000_000

  private(set) var entries: [Entry] = []
  private(set) var metadata: [(key: String, value: String)] = []
  private let path: String

  /// The length of the header that the first 8 bytes of a file announce.
  static func length(
    prefix: [UInt8], fileByteCount: Int, path: String
  ) throws(AssayError) -> Int {
    guard prefix.count == 8 else {
      throw AssayError(
        .checkpoint, path, expected: "at least 8 bytes of header length",
        found: "a file of \(fileByteCount) bytes")
    }
    let announced = prefix.reversed().reduce(0 as UInt64) {
      $0 << 8 | UInt64(truncatingIfNeeded: $1)
    }
    if announced > lengthLimit {
      throw AssayError(
        .checkpoint, path, expected: "a header of at most \(lengthLimit) bytes",
        found: "a header length of \(announced) (not a safetensors file?)")
    }
    let length = Int(clamping: announced)
    if length > fileByteCount - 8 {
      throw AssayError(
        .checkpoint, path, expected: "a file that holds its header of \(length) bytes",
        found: "\(fileByteCount - 8) bytes after the header length (truncated?)")
    }
    return length
  }

  /// - Parameters:
  ///   - json: The bytes of the header.
  ///   - dataByteCount: How many bytes follow the header.
  init(json: [UInt8], dataByteCount: Int, path: String) throws(AssayError) {
    self.path = path
    let value = try Value.parse(json, subject: "\(path), header", depthLimit: 8)
    guard let object = value.recordValue else {
      throw AssayError(
        .checkpoint, "\(path), header", expected: "an object", found: value.summary)
    }
    entries.reserveCapacity(object.count)
    for (name, value) in object {
      if name == "__metadata__" {
        try readMetadata(value)
      } else {
        entries.append(try entry(name, value, dataByteCount: dataByteCount))
      }
    }
    try checkCoverage(dataByteCount: dataByteCount)
  }

  private mutating func readMetadata(_ value: Value) throws(AssayError) {
    guard let object = value.recordValue else {
      throw failure("__metadata__", "an object", value.summary)
    }
    for (key, value) in object {
      guard let text = value.textValue else {
        throw failure("__metadata__", "a string for \(Value.quoted(key))", value.summary)
      }
      metadata.append((key, text))
    }
  }

  private func entry(
    _ name: String, _ value: Value, dataByteCount: Int
  ) throws(AssayError) -> Entry {
    guard let object = value.recordValue else {
      throw failure(name, "an object with dtype, shape and data_offsets", value.summary)
    }
    let type = try elementType(name, object["dtype"])
    let shape = try extents(name, object["shape"])
    let bytes = try offsets(name, object["data_offsets"], dataByteCount: dataByteCount)
    guard let count = Self.elementCount(shape) else {
      throw failure(name, "a shape whose size fits 64 bits", "\(shape)")
    }
    let wanted = count * type.byteCount
    if wanted != bytes.count {
      throw failure(
        name, "\(wanted) bytes for \(type.rawValue) \(shape)", "\(bytes.count) in data_offsets")
    }
    return Entry(name: name, type: type, shape: shape, bytes: bytes)
  }

  private func elementType(
    _ name: String, _ value: Value?
  ) throws(AssayError) -> ElementType {
    let known = ElementType.allCases.map(\.rawValue).joined(separator: ", ")
    guard let text = value?.textValue else {
      throw failure(name, "a dtype (one of \(known))", value?.summary ?? "no dtype")
    }
    guard let type = ElementType(rawValue: text) else {
      throw failure(name, "a dtype out of \(known)", "the dtype \(Value.quoted(text))")
    }
    return type
  }

  private func extents(_ name: String, _ value: Value?) throws(AssayError) -> [Int] {
    guard let values = value?.listValue else {
      throw failure(name, "a shape: a list of integers", value?.summary ?? "no shape")
    }
    var shape: [Int] = []
    for value in values {
      guard let extent = value.integerValue, extent >= 0 else {
        throw failure(name, "a shape of integers from 0", "\(value.summary) in the shape")
      }
      shape.append(extent)
    }
    return shape
  }

  private func offsets(
    _ name: String, _ value: Value?, dataByteCount: Int
  ) throws(AssayError) -> Range<Int> {
    guard let values = value?.listValue else {
      throw failure(name, "data_offsets: two integers", value?.summary ?? "no data_offsets")
    }
    guard values.count == 2, let start = values[0].integerValue, let end = values[1].integerValue
    else {
      let found = values.prefix(4).map(\.summary).joined(separator: ", ")
      throw failure(name, "data_offsets: two integers", "[\(found)] (\(values.count) values)")
    }
    guard 0 <= start, start <= end else {
      throw failure(name, "data_offsets in ascending order from 0", "\(start) to \(end)")
    }
    guard end <= dataByteCount else {
      throw failure(
        name, "data_offsets within the \(dataByteCount) bytes of data (truncated file?)",
        "\(start) to \(end)")
    }
    return start..<end
  }

  /// Sorts the entries by place and requires each to begin where the one before it ends.
  private mutating func checkCoverage(dataByteCount: Int) throws(AssayError) {
    entries.sort { a, b in
      (a.bytes.lowerBound, a.bytes.upperBound) < (b.bytes.lowerBound, b.bytes.upperBound)
    }
    var end = 0
    var previous = "the header"
    for entry in entries {
      let start = entry.bytes.lowerBound
      if start < end {
        throw failure(
          entry.name, "tensors that do not overlap",
          "bytes \(start) to \(min(end, entry.bytes.upperBound)) also in \(previous)")
      }
      if start > end {
        throw failure(
          entry.name, "data without holes", "\(start - end) unused bytes after \(previous)")
      }
      end = entry.bytes.upperBound
      previous = Value.quoted(entry.name)
    }
    if end < dataByteCount {
      throw AssayError(
        .checkpoint, path, expected: "\(end) bytes of data, all of them in tensors",
        found: "\(dataByteCount - end) more")
    }
  }

  /// The number of elements; nil if it could not be counted in bytes of the widest type within 64
  /// bits. Extents other than zero are held to that beside a zero too, so that no product of some
  /// of the extents ever overflows.
  static func elementCount(_ shape: [Int]) -> Int? {
    var product = 1
    for extent in shape where extent != 0 {
      let (next, overflow) = product.multipliedReportingOverflow(by: extent)
      if overflow { return nil }
      product = next
    }
    if product > Int.max / 8 { return nil }
    return shape.contains(0) ? 0 : product
  }

  private func failure(_ name: String, _ expected: String, _ found: String) -> AssayError {
    AssayError(
      .checkpoint, "\(path), tensor \(Value.quoted(name))", expected: expected, found: found)
  }
}
