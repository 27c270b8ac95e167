import Tensors
import Values

extension Checkpoint {
  private static let weightsName = "model.safetensors"
  private static let indexName = "model.safetensors.index.json"
  private static let configurationLimit = 1 << 24
  private static let indexLimit = 1 << 28

  /// Opens a Hugging Face folder: `config.json` and `model.safetensors`, or its shards and their
  /// `model.safetensors.index.json`.
  /// - Parameter mapped: See `MappedFile`.
  /// - Throws: An error of kind `model` if nothing is at the path, and of kind `checkpoint` if a
  ///   file is missing or broken. Pickled weights (`.bin`) are never read.
  package init(folder path: String, mapped: Bool = true) throws(AssayError) {
    let folder = try Folder(path)
    guard folder.contains("config.json") else {
      throw AssayError(
        .checkpoint, path, expected: "a folder with config.json and model.safetensors",
        found: folder.listing)
    }
    let configurationPath = folder.path(of: "config.json")
    let value = try Value.parse(
      try MappedFile.bytes(of: configurationPath, limit: Self.configurationLimit),
      subject: configurationPath)
    let configuration = try Configuration(value, subject: configurationPath)
    let sources: [String: Source]
    if folder.contains(Self.weightsName) {
      sources = try Self.single(folder.path(of: Self.weightsName), mapped: mapped)
    } else if folder.contains(Self.indexName) {
      sources = try Self.sharded(folder, mapped: mapped)
    } else {
      throw Self.missingWeights(folder)
    }
    self.init(configuration: configuration, path: path, sources: sources)
  }

  private static func single(
    _ path: String, mapped: Bool
  ) throws(AssayError) -> [String: Source] {
    let file = try SafetensorsFile(path, mapped: mapped)
    var sources: [String: Source] = [:]
    for entry in file.entries { sources[entry.name] = .file(file, entry) }
    return sources
  }

  /// Every tensor that the index lists, from the shard that it names.
  private static func sharded(
    _ folder: Folder, mapped: Bool
  ) throws(AssayError) -> [String: Source] {
    let path = folder.path(of: indexName)
    let index = try Value.parse(
      try MappedFile.bytes(of: path, limit: indexLimit), subject: path)
    guard let map = index["weight_map"]?.recordValue else {
      throw AssayError(
        .checkpoint, path, expected: "an object weight_map",
        found: index["weight_map"]?.summary ?? index.summary)
    }
    var files: [String: SafetensorsFile] = [:]
    var sources: [String: Source] = [:]
    for (name, value) in map {
      let shard = try shardName(value, tensor: name, path: path)
      if files[shard] == nil {
        files[shard] = try SafetensorsFile(folder.path(of: shard), mapped: mapped)
      }
      guard let file = files[shard], let entry = file.entry(name) else {
        throw AssayError(
          .checkpoint, folder.path(of: shard),
          expected: "the tensor \(Value.quoted(name)), which the index says is here",
          found: "none of this name")
      }
      sources[name] = .file(file, entry)
    }
    for (shard, file) in files.sorted(by: { $0.key < $1.key }) {
      for entry in file.entries where sources[entry.name] == nil {
        throw AssayError(
          .checkpoint, folder.path(of: shard), expected: "only tensors that the index lists",
          found: Value.quoted(entry.name))
      }
    }
    return sources
  }

  /// A plain file name: an index must not lead out of its folder.
  private static func shardName(
    _ value: Value, tensor: String, path: String
  ) throws(AssayError) -> String {
    let name = value.textValue ?? ""
    let separators = [UInt8(ascii: "/"), UInt8(ascii: "\\"), 0]
    guard !name.utf8.contains(where: separators.contains), !name.hasPrefix("."),
      name.hasSuffix(".safetensors")
    else {
      throw AssayError(
        .checkpoint, "\(path), tensor \(Value.quoted(tensor))",
        expected: "the name of a .safetensors file in the same folder", found: value.summary)
    }
    return name
  }

  private static func missingWeights(_ folder: Folder) -> AssayError {
    let pickled = [".bin", ".pt", ".pth", ".ckpt", ".h5", ".msgpack"]
    let hasPickle = folder.names.contains { name in pickled.contains { name.hasSuffix($0) } }
    let remedy: String
    if folder.contains("adapter_model.safetensors") {
      remedy =
        " (this is an adapter: merge it into its model and save the result)"
    } else if hasPickle {
      remedy =
        " (pickled weights are never opened, since opening them runs code; convert them to "
        + "safetensors where you trust them)"
    } else {
      remedy = ""
    }
    return AssayError(
      .checkpoint, folder.path, expected: "\(weightsName) or \(indexName)\(remedy)",
      found: folder.listing)
  }
}

extension Folder {
  /// The first names in the folder, for messages.
  package var listing: String {
    if names.isEmpty { return "an empty folder" }
    let shown = names.prefix(12).map(Value.quoted).joined(separator: ", ")
    return names.count > 12 ? "\(shown) and \(names.count - 12) more" : shown
  }
}
