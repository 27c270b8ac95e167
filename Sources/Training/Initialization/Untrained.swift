import Models
import Tensors
import Values

/// Models before training, by `model_type`.
package enum Untrained {
  package typealias Maker =
    @Sendable (Configuration, _ embeddings: Tensor?, _ seed: UInt64, Execution)
    throws(AssayError) -> Checkpoint

  /// The families that can be trained from scratch.
  static let makers: KeyValuePairs<String, Maker> = [
    "attention_classifier": { configuration, embeddings, seed, execution throws(AssayError) in
      try AttentionClassifier.untrained(
        configuration, embeddings: embeddings, seed: seed, execution)
    },
    "bert": { configuration, embeddings, seed, execution throws(AssayError) in
      try refuse(embeddings, "bert")
      return try BERT.untrained(configuration, seed: seed, execution)
    },
    "gpt2": { configuration, embeddings, seed, execution throws(AssayError) in
      try refuse(embeddings, "gpt2")
      return try GPT2.untrained(configuration, seed: seed, execution)
    },
    "pre_norm_encoder": { configuration, embeddings, seed, execution throws(AssayError) in
      try refuse(embeddings, "pre_norm_encoder")
      return try PreNormEncoder.untrained(configuration, seed: seed, execution)
    },
  ]

  private static func refuse(_ embeddings: Tensor?, _ family: String) throws(AssayError) {
    if embeddings == nil { return }
    throw AssayError(
      .unsupported, "embeddings", expected: "an attention classifier, which starts from given ones",
      found: "the \(family) model")
  }

  /// A new model of the configuration's family.
  /// - Parameter embeddings: the word table to start from.
  /// - Throws: `unsupported` for a family without initial weights, with those that have some, and for
  ///   embeddings where none are taken; `memory`, `cancelled`.
  package static func model(
    _ configuration: Configuration, embeddings: Tensor? = nil, seed: UInt64,
    _ execution: Execution = Execution()
  ) throws(AssayError) -> Model {
    let name = try configuration.string("model_type")
    guard let maker = makers.first(where: { $0.key == name })?.value else {
      throw AssayError(
        .unsupported, "model_type",
        expected: "a family that is trained from scratch: "
          + makers.map(\.key).joined(separator: ", "), found: Value.quoted(name))
    }
    return try Model(maker(configuration, embeddings, seed, execution))
  }
}
