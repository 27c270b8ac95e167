import Tensors

extension Model {
  /// Loads a Hugging Face folder: `config.json` and `model.safetensors` or its shards.
  ///
  /// - Parameters:
  ///   - path: the folder.
  ///   - mapped: maps the weights rather than reading them; a mapped file that is truncated while
  ///     the process runs ends it with a bus error.
  /// - Throws: `model` when nothing is at the path, `checkpoint` for a file that is missing or
  ///   broken, `unsupported` for a model type without a family.
  public static func load(_ path: String, mapped: Bool = true) throws(AssayError) -> Model {
    try Model(Checkpoint(folder: path, mapped: mapped))
  }

  /// Builds the network that the configuration names and checks that every tensor was read.
  package init(_ checkpoint: Checkpoint) throws(AssayError) {
    let name = try checkpoint.configuration.string("model_type")
    let family = try Families.named(name)
    let weights = checkpoint.weights
    let network = try family.make(checkpoint.configuration, weights)
    try weights.finish(name, ignoring: family.ignoring)
    self.init(network: network, origin: checkpoint.path, fingerprint: checkpoint.fingerprint())
  }
}
