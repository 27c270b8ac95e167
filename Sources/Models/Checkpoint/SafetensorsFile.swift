import Tensors
import Values

/// A safetensors file: named arrays in one block of memory.
package struct SafetensorsFile: Sendable {
  package typealias Entry = SafetensorsHeader.Entry

  package let path: String
  /// The entries of `__metadata__` in their order in the file.
  package let metadata: [(key: String, value: String)]
  /// The tensors in the order of their data.
  package let entries: [Entry]
  private let places: [String: Int]
  private let dataStart: Int
  private let storage: Storage

  /// Opens a file and checks its header; see `MappedFile` for `mapped`.
  package init(_ path: String, mapped: Bool = true) throws(AssayError) {
    try self.init(storage: try MappedFile.storage(of: path, mapped: mapped), path: path)
  }

  /// Reads a file that is in memory already; `path` is what messages call it.
  package init(storage: Storage, path: String) throws(AssayError) {
    let prefix = storage.bytes(0..<min(8, storage.byteCount))
    let length = try SafetensorsHeader.length(
      prefix: prefix, fileByteCount: storage.byteCount, path: path)
    let header = try SafetensorsHeader(
      json: storage.bytes(8..<8 + length), dataByteCount: storage.byteCount - 8 - length,
      path: path)
    self.path = path
    self.storage = storage
    dataStart = 8 + length
    metadata = header.metadata
    entries = header.entries
    var places: [String: Int] = [:]
    for (place, entry) in header.entries.enumerated() {
      // Distinct keys of the header can be one string to Swift.
      guard places.updateValue(place, forKey: entry.name) == nil else {
        throw AssayError(
          .checkpoint, "\(path), tensor \(Value.quoted(entry.name))",
          expected: "names that differ in more than Unicode normalization",
          found: "an equivalent name")
      }
    }
    self.places = places
  }

  /// What the file says of a tensor.
  package func entry(_ name: String) -> Entry? { places[name].map { entries[$0] } }

  /// The numbers of a tensor as 32-bit floats.
  ///
  /// F32 is a view of the file, without a copy, unless its data is misaligned; F16, BF16 and F64
  /// are converted into memory of their own on every call (F64 is rounded to nearest).
  /// - Throws: If there is no such tensor or it does not hold floats.
  package func tensor(_ name: String) throws(AssayError) -> Tensor {
    let entry = try required(name)
    guard entry.type.isFloat else {
      throw failure(name, "F32, F16, BF16 or F64", entry.type.rawValue)
    }
    return storage.floats(fileRange(entry), type: entry.type, shape: entry.shape)
  }

  /// The numbers of an integer or boolean tensor, row by row.
  /// - Throws: If there is no such tensor, it holds floats, or a number does not fit 64 bits.
  package func integers(_ name: String) throws(AssayError) -> [Int] {
    let entry = try required(name)
    guard !entry.type.isFloat else {
      throw failure(name, "integers or booleans", entry.type.rawValue)
    }
    guard let values = storage.integers(fileRange(entry), type: entry.type) else {
      throw failure(name, "numbers below 2^63", "a larger one")
    }
    return values
  }

  /// A part of the stored bytes of a tensor, for hashing.
  func bytes(of entry: Entry, _ part: Range<Int>) -> [UInt8] {
    storage.bytes(fileRange(entry)[offsetBy: part])
  }

  private func fileRange(_ entry: Entry) -> Range<Int> {
    dataStart + entry.bytes.lowerBound..<dataStart + entry.bytes.upperBound
  }

  private func required(_ name: String) throws(AssayError) -> Entry {
    guard let entry = entry(name) else {
      throw failure(name, "a tensor of this name", "none among \(entries.count)")
    }
    return entry
  }

  private func failure(_ name: String, _ expected: String, _ found: String) -> AssayError {
    AssayError(
      .checkpoint, "\(path), tensor \(Value.quoted(name))", expected: expected, found: found)
  }
}

extension Range<Int> {
  /// The range that `part`, counted from this range's start, covers.
  fileprivate subscript(offsetBy part: Range<Int>) -> Range<Int> {
    (lowerBound + part.lowerBound..<lowerBound + part.upperBound).clamped(to: self)
  }
}
