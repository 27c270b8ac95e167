import Tensors
import Values

extension SafetensorsFile {
  /// How floats are stored.
  package enum Precision: Sendable { case float32, float16 }

  /// Writes named tensors to a file that `SafetensorsFile` and every other reader of the format
  /// opens; the file appears under its name only when it is complete.
  ///
  /// Equal tensors in equal order give equal bytes. The header is padded with spaces so that the
  /// data starts at a multiple of 64 bytes; 16-bit tensors stand behind each other without padding.
  /// - Parameter precision: `float16` rounds to nearest, ties to even.
  /// - Throws: If a name is given twice or is `__metadata__`, if a number does not fit the
  ///   precision, or if the file cannot be written.
  package static func write(
    _ tensors: [(name: String, tensor: Tensor)],
    metadata: [(key: String, value: String)] = [], precision: Precision = .float32,
    to path: String
  ) throws(AssayError) {
    let header = try header(tensors, metadata, precision, path)
    var file = try AtomicFile(path)
    try file.write([UInt64(truncatingIfNeeded: header.count).littleEndian])
    try file.write(header)
    for (name, tensor) in tensors {
      switch precision {
      case .float32: try file.write(tensor)
      case .float16: try file.write(try halves(tensor, name, path))
      }
    }
    try file.commit()
  }

  private static func header(
    _ tensors: [(name: String, tensor: Tensor)], _ metadata: [(key: String, value: String)],
    _ precision: Precision, _ path: String
  ) throws(AssayError) -> [UInt8] {
    var header = Members()
    if !metadata.isEmpty {
      var object = Members()
      for (key, value) in metadata { object[key] = .text(value) }
      header["__metadata__"] = .record(object)
    }
    let type: ElementType = precision == .float32 ? .float32 : .float16
    var end = 0
    for (name, tensor) in tensors {
      let start = end
      end += tensor.count * type.byteCount
      let entry: Value = [
        "dtype": .text(type.rawValue), "shape": .list(tensor.shape.map { .integer($0) }),
        "data_offsets": [.integer(start), .integer(end)],
      ]
      guard name != "__metadata__", header.insert(name, entry) else {
        throw AssayError(
          .checkpoint, path, expected: "distinct names other than __metadata__",
          found: Value.quoted(name))
      }
    }
    var bytes = Value.record(header).jsonBytes
    while !(bytes.count + 8).isMultiple(of: 64) { bytes.append(0x20) }
    return bytes
  }

  private static func halves(
    _ tensor: Tensor, _ name: String, _ path: String
  ) throws(AssayError) -> [UInt16] {
    let halves = tensor.halves
    let infinity: UInt16 = 0x7C00
    if halves.contains(where: { $0 & 0x7FFF == infinity }),
      let value = zip(tensor.scalars, halves).first(where: { value, half in
        value.isFinite && half & 0x7FFF == infinity
      })?.0
    {
      throw AssayError(
        .numeric, "\(path), tensor \(Value.quoted(name))",
        expected: "numbers within ±65504 for half precision", found: "\(value)")
    }
    return halves
  }
}
