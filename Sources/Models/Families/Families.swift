import Tensors

/// A model family: the `model_type` it answers to and how it is built.
package struct Family: Sendable {
  /// The `model_type` of config.json.
  package let name: String
  /// What sets the family apart, in one sentence.
  package let summary: String
  /// The paper or report that introduced it.
  package let source: String
  /// Builds the network, reading every tensor it uses from the cursor.
  package let make: @Sendable (Configuration, WeightsCursor) throws(AssayError) -> any Network
}

/// The registry: one line a family.
package enum Families {
  package static let all: [Family] = [
    Family(
      name: "bert", summary: "post-norm encoder, learned positions, CLS read-out",
      source: "Devlin et al. 2019", make: BERT.init)
  ]

  /// - Throws: `unsupported` listing the families.
  package static func named(_ name: String) throws(AssayError) -> Family {
    if let family = all.first(where: { $0.name == name }) { return family }
    let known = all.map { "\($0.name) (\($0.summary))" }.joined(separator: "; ")
    throw AssayError(
      .unsupported, "model_type", expected: "one of the families \(known)", found: "\"\(name)\"")
  }
}
