import Kernels
import Tensors
import Values

/// A configuration and the tensors that belong to it, from a folder or from memory.
///
/// Nothing is copied and no number is looked at when a checkpoint is opened. Checkpoint+Folder.swift
/// opens folders.
package struct Checkpoint: Sendable {
  package let configuration: Configuration
  /// Where the checkpoint comes from, for messages: a path, or `arguments`.
  package let path: String
  /// The names of all tensors, sorted.
  package let names: [String]
  private let sources: [String: Source]

  /// Where one tensor is.
  enum Source: Sendable {
    case file(SafetensorsFile, SafetensorsFile.Entry)
    case memory(Tensor)
  }

  /// Tensors that are in memory already, such as the parameters of a live torch module.
  ///
  /// Several names may lead to the same memory (tied weights).
  /// - Throws: If a name is given twice.
  package init(
    configuration: Value, tensors: [(name: String, tensor: Tensor)],
    path: String = "arguments"
  ) throws(AssayError) {
    var sources: [String: Source] = [:]
    for (name, tensor) in tensors {
      guard sources.updateValue(.memory(tensor), forKey: name) == nil else {
        throw AssayError(
          .checkpoint, path, expected: "every tensor once",
          found: "\(Value.quoted(name)) a second time")
      }
    }
    self.init(
      configuration: try Configuration(configuration, subject: "\(path), config"), path: path,
      sources: sources)
  }

  init(configuration: Configuration, path: String, sources: [String: Source]) {
    self.configuration = configuration
    self.path = path
    self.sources = sources
    names = sources.keys.sorted()
  }

  package func contains(_ name: String) -> Bool { sources[name] != nil }

  /// The shape of a tensor; nil if there is none of this name.
  package func shape(_ name: String) -> [Int]? {
    switch sources[name] {
    case .file(_, let entry): entry.shape
    case .memory(let tensor): tensor.shape
    case nil: nil
    }
  }

  /// The number format of a tensor as it is stored; memory always holds 32-bit floats.
  package func type(_ name: String) -> ElementType? {
    switch sources[name] {
    case .file(_, let entry): entry.type
    case .memory: .float32
    case nil: nil
    }
  }

  /// A tensor as 32-bit floats: a view where the numbers are stored so, else a new conversion.
  /// - Throws: If there is no such tensor or it holds integers.
  package func tensor(_ name: String) throws(AssayError) -> Tensor {
    switch source(name) {
    case .file(let file, _): return try file.tensor(name)
    case .memory(let tensor): return tensor
    case nil:
      throw AssayError(
        .checkpoint, path, expected: "the tensor \(Value.quoted(name))",
        found: "none of this name among \(names.count)")
    }
  }

  /// A cursor that hands out the tensors and notes what is missing, misshapen or unread.
  /// - Parameter precision: that of products with the weights of blocks.
  package func weights(in precision: Precision = .float32) -> WeightsCursor {
    WeightsCursor(self, precision: precision)
  }

  func source(_ name: String) -> Source? { sources[name] }
}
