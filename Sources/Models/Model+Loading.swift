import Kernels
import Tensors

extension Model {
  /// Loads a Hugging Face folder: `config.json` and `model.safetensors` or its shards.
  ///
  /// - Parameters:
  ///   - path: the folder.
  ///   - mapped: maps the weights rather than reading them; a mapped file that is truncated while
  ///     the process runs ends it with a bus error.
  ///   - precision: that of products with the weights of blocks, forwards and backwards.
  /// - Throws: `model` when nothing is at the path, `checkpoint` for a file that is missing or
  ///   broken, `unsupported` for a model type without a family and for a precision that this
  ///   processor does not have.
  package static func load(
    folder path: String, mapped: Bool = true, precision: Precision = .float32
  ) throws(AssayError) -> Model {
    try precision.require()
    return try Model(Checkpoint(folder: path, mapped: mapped), precision: precision)
  }

  /// Builds the network that the configuration names and checks that every tensor was read.
  package init(
    _ checkpoint: Checkpoint, precision: Precision = .float32
  ) throws(AssayError) {
    try precision.require()
    let name = try checkpoint.configuration.string("model_type")
    let family = try Families.named(name)
    let weights = checkpoint.weights(in: precision)
    let network = try family.make(checkpoint.configuration, weights)
    try weights.finish(name, ignoring: family.ignoring)
    self.init(
      network: network, origin: checkpoint.path, fingerprint: checkpoint.fingerprint(),
      precision: precision)
  }
}

extension Precision {
  /// - Throws: `unsupported` where the products of this precision cannot be had.
  package func require() throws(AssayError) {
    if isSupported { return }
    let known = Precision.allCases.filter(\.isSupported).map(\.rawValue)
    throw AssayError(
      .unsupported, "precision",
      expected: known.joined(separator: " or ")
        + " (bfloat16 needs a processor with AVX512-BF16, and the instruction set v4)",
      found: "\(rawValue), with the instruction set \(InstructionSet.active.rawValue)")
  }
}
