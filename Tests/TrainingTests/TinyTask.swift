import Foundation
import Models
import Tensors
import TestSupport

@testable import Training

/// A task that a tiny network learns in seconds: a text is positive when it holds the token 5 and
/// negative when it holds the token 6; the other tokens mean nothing.
enum TinyTask {
  static let vocabulary = Vocabulary(size: 20, mask: 4, pad: 0, unknown: 1, start: 2, end: 3)

  static func configuration(width: Int = 8, layers: Int = 1) throws -> Configuration {
    try Configuration(
      [
        "model_type": "bert", "hidden_size": .integer(width), "num_attention_heads": 2,
        "intermediate_size": 16, "num_hidden_layers": .integer(layers), "vocab_size": 20,
        "max_position_embeddings": 16, "hidden_act": "gelu",
        "id2label": ["0": "NEGATIVE", "1": "POSITIVE"],
      ], subject: "config.json")
  }

  static func model(seed: UInt64 = 1) throws -> Model {
    try Model(BERT.untrained(configuration(), seed: seed))
  }

  static func examples(_ count: Int, seed: UInt64) -> [TrainingExample] {
    var random = TestNumbers(seed: seed)
    return (0..<count).map { index in
      let isPositive = index.isMultiple(of: 2)
      var words = (0..<random.integer(in: 1...6)).map { _ in random.integer(in: 7...19) }
      words[random.integer(in: 0...words.count - 1)] = isPositive ? 5 : 6
      return TrainingExample(
        input: input(words), target: isPositive ? [0, 1] : [1, 0],
        weight: index.isMultiple(of: 3) ? 2 : 1)
    }
  }

  static func input(_ words: [Int]) -> Input {
    Input(
      ids: [2] + words + [3],
      special: [true] + words.map { _ in false } + [true],
      words: [nil] + words.indices.map { $0 } + [nil], vocabulary: vocabulary)
  }

  static func options() -> TrainingOptions {
    var options = TrainingOptions()
    options.passes = 4
    options.tokensPerStep = 64
    options.rate = 0.01
    options.averaging = 0.9
    options.corruption = Corruption(share: 0.3, largest: 0.3, replacements: [7, 8, 9])
    options.seed = 3
    return options
  }
}

/// A path in the system's temporary folder, deleted when the test lets go of it.
final class TemporaryFile {
  let path = NSTemporaryDirectory() + "assay-training-" + UUID().uuidString

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// The error that `body` throws.
func failure(_ body: () throws -> Void) -> AssayError? {
  do {
    try body()
    return nil
  } catch {
    return error as? AssayError
  }
}
