import Foundation
import Tensors
import Testing

@testable import Models

/// A folder that is deleted when the test lets go of it.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "assay-checkpoint-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { path + "/" + name }

  func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }

  func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
  }

  func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: file(name))))
  }

  var names: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: path))?.sorted() ?? []
  }
}

/// The bytes of a safetensors file with the given header text and data.
func safetensors(header: String, data: [UInt8]) -> [UInt8] {
  let length = UInt64(header.utf8.count)
  return (0..<8).map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) } + Array(header.utf8) + data
}

extension SafetensorsFile {
  /// Reads a file from bytes in memory.
  init(bytes: [UInt8]) throws(AssayError) {
    let storage = Storage(byteCount: bytes.count)
    storage.base.copyMemory(from: bytes, byteCount: bytes.count)
    try self.init(storage: storage, path: "model.safetensors")
  }
}
