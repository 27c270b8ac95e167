import Tensors
import Values

extension Checkpoint {
  /// An identity of configuration and weights: 32 hexadecimal digits of a SHA-256.
  ///
  /// It covers every field of the configuration, in the order of names, since the same weights are
  /// another model under another one; the name, number format and shape of every tensor in the
  /// order of names; and of its stored bytes all up to 16 KiB, else four pieces of 1 KiB from the
  /// first to the last. Training moves nearly every weight, so two models of one architecture
  /// differ in it, also when only the head was trained, while a large file is hashed in
  /// milliseconds. It does not depend on sharding, file order or metadata, and it is no protection
  /// against an edit made to evade it: who has the time hashes all weights beside it.
  package func fingerprint() -> String {
    var hash = SHA256()
    hash.update(Value.record(configuration.object).sorted.jsonBytes)
    for name in names {
      guard let source = source(name), let shape = shape(name), let type = type(name) else {
        continue
      }
      let title: Value = [
        .text(name), .text(type.rawValue), .list(shape.map { .integer($0) }),
      ]
      hash.update(title.jsonBytes)
      for part in Self.samples(of: shape.reduce(type.byteCount, *)) {
        switch source {
        case .file(let file, let entry): hash.update(file.bytes(of: entry, part))
        case .memory(let tensor): hash.update(tensor.bytes(part))
        }
      }
    }
    return hash.digest().prefix(16).map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }

  /// The parts of `byteCount` bytes that count for the identity.
  private static func samples(of byteCount: Int) -> [Range<Int>] {
    let (whole, pieces, length) = (16384, 4, 1024)
    if byteCount <= whole { return [0..<byteCount] }
    return (0..<pieces).map { piece in
      let start = (byteCount - length) / (pieces - 1) * piece
      return start..<start + length
    }
  }
}

extension Value {
  /// The same value with the members of every record in the order of their names.
  fileprivate var sorted: Value {
    switch self {
    case .list(let elements): return .list(elements.map(\.sorted))
    case .record(let members):
      let ordered = members.sorted { $0.key < $1.key }
      return .record(ordered.map { (key: $0.key, value: $0.value.sorted) })
    case .null, .bool, .integer, .number, .text, .array: return self
    }
  }
}

extension Tensor {
  fileprivate func bytes(_ part: Range<Int>) -> [UInt8] {
    let start = offset * MemoryLayout<Float>.size
    return storage.bytes(start + part.lowerBound..<start + part.upperBound)
  }
}
