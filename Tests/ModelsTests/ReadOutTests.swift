import ModelSupport
import Tensors
import TestSupport
import Testing

@testable import Models

/// Which position a head reads, by family and head.
@Suite struct ReadOutTests {
  private func model(_ name: String) throws -> Model { try Fixture(name).model() }

  private func input(_ ids: [Int], special: [Bool]? = nil, position: Int? = nil) -> Input {
    Input(
      ids: ids, special: special, vocabulary: Vocabulary(size: 53, mask: 4), position: position)
  }

  /// Oracle: a metamorphic relation; the default position and the same one chosen are one run.
  @Test(arguments: [
    ("bert-masked-20x2", 2), ("gpt2-causal-20x4", 4), ("distilbert-tokens-21x3", 1),
  ])
  func aHeadOverPositionsHasADefault(_ name: String, _ expected: Int) throws {
    let model = try model(name)
    let ids = [2, 9, 4, 4, 3]
    let special = [true, false, false, false, true]
    let plain = input(ids, special: special)
    let chosen = input(ids, special: special, position: expected)
    let other = input(ids, special: special, position: 3)
    let scores = try model.predict([plain, chosen, other])
    #expect(model.card.readOut.row(of: plain) == expected)
    expectBitEqual(scores.logits(0), scores.logits(1))
    #expect(scores.logits(0) != scores.logits(2))
  }

  @Test func aMaskedModelWithoutAMaskAsksForAPosition() throws {
    let model = try model("roberta-masked-18x3")
    let error = #expect(throws: AssayError.self) { try model.predict([input([2, 9, 8, 3])]) }
    #expect(
      error?.description
        == "tokens: expected a mask token, or a position whose token is predicted, found neither")
  }

  @Test func aPositionBeyondTheTokensIsRefused() throws {
    let model = try model("llama-causal-24x4")
    let error = #expect(throws: AssayError.self) {
      try model.predict([input([2, 9, 8], position: 3)])
    }
    #expect(error?.description == "position: expected a position in 0..<3, found 3")
  }

  /// Oracle: a causal model's score at a position is that of the text up to it.
  @Test(arguments: ["gpt2-causal-20x4", "llama-causal-24x4", "gpt-neox-causal-20x2"])
  func aCausalModelDoesNotSeeAhead(_ name: String) throws {
    let model = try model(name)
    let whole = input([2, 9, 8, 17, 30, 3], position: 3)
    let part = input([2, 9, 8, 17])
    let scores = try model.predict([whole, part])
    expectCloseToLargest(scores.logits(0), scores.logits(1), tolerance: 1e-6)
  }

  @Test(arguments: [
    ("gpt2-20x4", [AttentionMask.causal, .causal], ReadOut.last),
    ("mistral-24x4", [.causalWindow(reach: 4), .causalWindow(reach: 4)], .last),
    ("qwen2-tokens-24x4", [.causal, .causalWindow(reach: 3)], .chosen(orElse: .explained)),
    (
      "modernbert-20x2",
      [.none, .window(reach: 3), .window(reach: 3), .none], .mean
    ),
    ("deberta-v2-18x3", [.none, .none], .first),
  ])
  func theCardStatesMaskAndReadOut(
    _ name: String, _ masks: [AttentionMask], _ readOut: ReadOut
  ) throws {
    let card = try model(name).card
    #expect(card.masks == masks && card.readOut == readOut)
  }

  @Test func aHeadOverTheVocabularyHasScoresWithoutLabels() throws {
    let card = try model("gpt2-causal-20x4").card
    #expect(card.labels.isEmpty && card.scoreCount == 53)
  }
}
