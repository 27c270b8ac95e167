import Evidence
import Models
import Tensors
import Values

/// An architecture with a form of input: how a blueprint becomes a checkpoint and something to read.
protocol PlantedForm: Sendable {
  /// Whether a text of the blueprint's length can be read, and says enough by what is explained of it.
  func fits(_ blueprint: Blueprint, _ head: ModelKind.Head) -> Bool
  /// How many ids a vocabulary of the blueprint has, and which of them mean nothing.
  func vocabulary(_ blueprint: Blueprint) -> (size: Int, ordinary: Range<Int>)
  /// A text of the blueprint's description.
  /// - Parameter head: what reads it.
  func text(
    _ blueprint: Blueprint, _ head: ModelKind.Head, _ draw: inout RandomSource.Draw
  ) -> PlantedText
  /// The checkpoint.
  /// - Parameter readOutScale: what the head multiplies with.
  func checkpoint(
    _ parts: PlantedParts, _ kind: ModelKind.Head, _ head: PlantedHead, readOutScale: Double
  ) throws(AssayError) -> Checkpoint
}

/// Something to read, and where its words stand.
struct PlantedText: Sendable {
  /// Where every word of the blueprint's text stands.
  let positions: [Int]
  let input: Input
  /// Ids of ordinary words.
  let ordinary: [Int]
  /// How to take words away: the input with neutral content at some positions, once for every content
  /// that means nothing.
  let neutralised: @Sendable ([Int]) -> [Input]
}

/// The ids of a text's vocabulary: reserved ones come first, then ordinary words, then words with a
/// meaning.
enum PlantedVocabulary {
  static let reserved = (pad: 0, unknown: 1, start: 2, end: 3, mask: 4)
  static let ordinary = 5..<45

  static func size(_ blueprint: Blueprint) -> Int { ordinary.upperBound + blueprint.words.count }

  /// The blueprint's words, ordinary ones drawn.
  static func ids(_ blueprint: Blueprint, _ draw: inout RandomSource.Draw) -> [Int] {
    blueprint.text.map { word in
      word.map { ordinary.upperBound + $0 }
        ?? draw.integer(in: ordinary.lowerBound...ordinary.upperBound - 1)
    }
  }

  /// One more ordinary word.
  static func word(_ draw: inout RandomSource.Draw) -> Int {
    draw.integer(in: ordinary.lowerBound...ordinary.upperBound - 1)
  }
}

extension PlantedText {
  /// A text of tokens: what the vocabulary reserves and some ordinary words are neutral.
  init(positions: [Int], tokens input: Input) {
    let ordinary = Array(PlantedVocabulary.ordinary)
    self.init(positions: positions, input: input, ordinary: ordinary) { replaced in
      input.neutralised(replaced, ordinary: ordinary)
    }
  }
}

extension Input {
  /// The text with a neutral token at some positions, once for every reserved token and for some
  /// ordinary words.
  func neutralised(_ positions: [Int], ordinary: [Int]) -> [Input] {
    let neutral =
      [vocabulary.mask, vocabulary.pad, vocabulary.unknown].compactMap { $0 }
      + ordinary.prefix(5)
    return neutral.map { id in
      var copy = self
      for position in positions { copy.ids[position] = id }
      return copy
    }
  }
}
