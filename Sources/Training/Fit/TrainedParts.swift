import Models

/// Which parameters of a model are trained, by the part they belong to.
package enum TrainedParts: String, Sendable, CaseIterable {
  /// All of them.
  case all
  /// Every bias and nothing else.
  case bias
  /// What stands above the last block.
  case head
  /// Every bias, and all of a head that is new.
  case biasAndHead = "bias_and_head"

  /// The highest rate of Adam that suits them.
  package var rate: Double { self == .all ? 5e-5 : 1e-3 }

  /// The names of the parameters.
  package func names(of model: Model) -> Set<String> {
    let names = model.network.parameters.map(\.name)
    switch self {
    case .all: return Set(names)
    case .bias:
      return Set(names.filter { ["bias", "beta"].contains($0.split(separator: ".").last ?? "") })
    case .head:
      return Set(
        names.filter { name in
          Self.heads.contains(where: name.hasPrefix) || name.contains(".pooler.")
        })
    case .biasAndHead:
      return TrainedParts.bias.names(of: model).union(TrainedParts.head.names(of: model))
    }
  }

  /// How checkpoints call what stands above the last block: the beginnings of names.
  private static let heads = [
    "classifier.", "pre_classifier.", "score.", "head.", "decoder.", "pooler.",
  ]
}
