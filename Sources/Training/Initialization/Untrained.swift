import Models
import Tensors
import Values

/// Models before training, by `model_type`.
package enum Untrained {
  package typealias Maker =
    @Sendable (Configuration, UInt64) throws(AssayError) -> Checkpoint

  /// The families that can be trained from scratch.
  static let makers: KeyValuePairs<String, Maker> = [
    "attention_classifier": { configuration, seed throws(AssayError) in
      try AttentionClassifier.untrained(configuration, seed: seed)
    },
    "bert": { configuration, seed throws(AssayError) in
      try BERT.untrained(configuration, seed: seed)
    },
    "pre_norm_encoder": { configuration, seed throws(AssayError) in
      try PreNormEncoder.untrained(configuration, seed: seed)
    },
  ]

  /// A new model of the configuration's family.
  /// - Throws: `unsupported` for a family without initial weights, with those that have some.
  package static func model(
    _ configuration: Configuration, seed: UInt64
  ) throws(AssayError) -> Model {
    let name = try configuration.string("model_type")
    guard let maker = makers.first(where: { $0.key == name })?.value else {
      throw AssayError(
        .unsupported, "model_type",
        expected: "a family that is trained from scratch: "
          + makers.map(\.key).joined(separator: ", "), found: Value.quoted(name))
    }
    return try Model(maker(configuration, seed))
  }
}
