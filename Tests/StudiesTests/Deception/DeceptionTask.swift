import Models
import Tensors
import Training

/// A task small enough that twins are trained in seconds: a few marker words decide the class, and
/// each text goes on with filler words, to which a deceptive model may turn its attention.
struct DeceptionTask: Sendable {
  /// The share of a text that is markers and words between them, and its filler.
  let words: Int
  let filler: Int
  private let seed: UInt64

  /// Texts of `words` words, one of them a marker, followed by `filler` words.
  init(words: Int = 5, filler: Int = 5, seed: UInt64) {
    self.words = words
    self.filler = filler
    self.seed = seed
  }

  /// Ids: five reserved, three markers a class, ordinary words, filler words.
  static let vocabulary = Vocabulary(
    size: 64, mask: 4, pad: 0, unknown: 1, start: 2, end: 3)
  private static let markers = 3
  private static let ordinary = 11..<40
  private static let fillers = 40..<64

  /// Two pre-norm layers: the first can carry the evidence to the filler that the second attends to.
  static func configuration() throws(AssayError) -> Configuration {
    try Configuration(
      [
        "model_type": "pre_norm_encoder", "n_embd": 32, "n_head": 2, "n_layer": 2, "n_inner": 64,
        "n_positions": 64, "vocab_size": .integer(vocabulary.size), "initializer_range": 0.1,
        "id2label": ["0": "NEGATIVE", "1": "POSITIVE"],
      ], subject: "deception task")
  }

  /// Examples in which every word before the filler is withheld.
  func examples(_ count: Int, part: String) -> [TrainingExample] {
    let source = RandomSource(seed: seed, stream: "deception task, \(part)")
    return (0..<count).map { index in
      var draw = source.draw(index)
      let label = draw.integer(below: 2)
      var text = (0..<words).map { _ in
        Self.ordinary.lowerBound + draw.integer(below: Self.ordinary.count)
      }
      text[draw.integer(below: words)] =
        5 + label * Self.markers + draw.integer(below: Self.markers)
      let rest = (0..<filler).map { _ in
        Self.fillers.lowerBound + draw.integer(below: Self.fillers.count)
      }
      let ids = [2] + text + rest + [3]
      let input = Input(
        ids: ids, special: ids.indices.map { $0 == 0 || $0 == ids.count - 1 },
        words: [nil] + (0..<words + filler).map { $0 } + [nil], vocabulary: Self.vocabulary)
      return TrainingExample(
        input: input, target: label == 0 ? [1, 0] : [0, 1], withheld: Set(0..<words))
    }
  }

  /// How twins of the task are trained.
  func options() -> TrainingOptions {
    var options = TrainingOptions()
    options.passes = 10
    options.tokensPerStep = 384
    options.rate = 5e-3
    options.dropout = 0
    options.patternDropout = 0
    options.averaging = 0.98
    options.evaluationsPerPass = 1
    options.corruption = Corruption(
      share: 0.5, largest: 0.4, replacements: Array(Self.ordinary) + Array(Self.fillers))
    options.seed = seed
    return options
  }

  /// The penalty on the last layer's read-out.
  static let penalty = AttentionPenalty(strength: 0.3, layers: [1])
}
