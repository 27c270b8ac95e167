import Models
import Tensors
import Training

/// An architecture of models that have learned nothing, and of texts for them.
package enum UntrainedArchitecture: String, Sendable, CaseIterable {
  /// BERT, read at CLS.
  case encoder
  /// GPT-2, read at the last word.
  case decoder

  private static let words = 60
  private static let reserved = (pad: 0, unknown: 1, start: 2, end: 3, mask: 4)

  /// The name of its random numbers.
  var stream: String {
    switch self {
    case .encoder: "untrained models"
    case .decoder: "untrained decoders"
    }
  }

  /// Whose maps are made wrong. Rollout leaves the word that is read half of the mass whatever a model
  /// has learned, so that a decoder is asked for its attention.
  package var method: String {
    switch self {
    case .encoder: "attention_rollout"
    case .decoder: "attention"
    }
  }

  func model(_ draw: inout RandomSource.Draw) throws(AssayError) -> Model {
    let heads = draw.pick([1, 2, 4])
    let (width, layers) = (draw.pick([16, 32, 48]), draw.integer(in: 1...3))
    switch self {
    case .encoder:
      return try Model.untrained(
        width: width, heads: heads, layers: layers, words: Self.words, labels: 2, positions: 32,
        types: 1, &draw)
    case .decoder:
      return try Untrained.model(
        Configuration(
          [
            "model_type": "gpt2", "n_embd": .integer(width), "n_head": .integer(heads),
            "n_inner": .integer(2 * width), "n_layer": .integer(layers),
            "vocab_size": .integer(Self.words), "n_positions": 32, "num_labels": 2,
            "initializer_range": .number(0.2),
          ], subject: "random model"), seed: draw.next())
    }
  }

  func text(_ draw: inout RandomSource.Draw) -> Input {
    let count = draw.integer(in: 6...20)
    let reserved = Self.reserved
    let words = (0..<count).map { _ in draw.integer(in: 5...Self.words - 1) }
    switch self {
    case .encoder:
      let ids = [reserved.start] + words + [reserved.end]
      return Input(
        ids: ids, special: ids.indices.map { $0 == 0 || $0 == ids.count - 1 },
        vocabulary: Vocabulary(
          size: Self.words, mask: reserved.mask, pad: reserved.pad, unknown: reserved.unknown,
          start: reserved.start, end: reserved.end))
    case .decoder:
      return Input(ids: words, vocabulary: Vocabulary(size: Self.words, pad: reserved.pad))
    }
  }
}
