import Models
import Tensors
import Training

/// The tokenised data that tools/train_demo.py prepares: for each part `<part>.ids` (all token ids
/// one text behind the other), `<part>.lengths`, `<part>.positive` (the wanted probability of the
/// label POSITIVE) and `<part>.weight`; and `vocabulary` (size, mask, pad, unknown, start, end).
struct Examples {
  private let file: SafetensorsFile
  private let vocabulary: Vocabulary

  init(_ path: String) throws(AssayError) {
    file = try SafetensorsFile(path)
    let numbers = try file.integers("vocabulary")
    guard numbers.count == 6 else {
      throw AssayError(
        .checkpoint, "\(path), vocabulary", expected: "6 numbers", found: "\(numbers.count)")
    }
    vocabulary = Vocabulary(
      size: numbers[0], mask: numbers[1], pad: numbers[2], unknown: numbers[3],
      start: numbers[4], end: numbers[5])
  }

  /// The examples of one part, in file order.
  func part(_ name: String) throws(AssayError) -> [TrainingExample] {
    let ids = try file.integers("\(name).ids")
    let lengths = try file.integers("\(name).lengths")
    let positive = try file.tensor("\(name).positive").scalars
    let weights = try file.tensor("\(name).weight").scalars
    guard lengths.reduce(0, +) == ids.count, lengths.allSatisfy({ $0 > 0 }),
      positive.count == lengths.count, weights.count == lengths.count
    else {
      throw AssayError(
        .checkpoint, "\(file.path), \(name)",
        expected: "lengths that sum to the number of ids, a target and a weight each",
        found: "\(ids.count) ids, \(lengths.count) lengths, \(positive.count) targets")
    }
    var start = 0
    return zip(lengths, zip(positive, weights)).map { length, labels in
      defer { start += length }
      let text = Array(ids[start..<start + length])
      return TrainingExample(
        input: Input(
          ids: text, special: text.map { $0 == vocabulary.start || $0 == vocabulary.end },
          vocabulary: vocabulary),
        target: [1 - labels.0, labels.0], weight: labels.1)
    }
  }
}
