import ModelSupport
import Models
import Tensors
import TestSupport
import Testing

@testable import Attribution

/// Patches of a picture taken away, and what cannot be taken away.
@Suite struct PictureTests {
  private func question() throws -> Question {
    let fixture = try Fixture("vit-20x5")
    return try Question(fixture.model(), fixture.input(1), execution: Execution())
  }

  /// Oracle: the picture with those pixels written by hand. Patch 4 is the middle one of three by
  /// three, four pixels wide; pixels 12 to 14 belong to no patch.
  @Test(arguments: [RemovalOperator.mask, .pad])
  func aPaintedPatchEqualsThePaintedPicture(_ how: RemovalOperator) throws {
    let question = try question()
    let image = try #require(question.input.image)
    let each = 15 * 15
    var pixels = image.pixels.scalars
    for channel in 0..<3 {
      let mean = pixels[channel * each..<(channel + 1) * each].reduce(0.0) { $0 + Double($1) }
      for line in 4..<8 {
        for column in 4..<8 {
          pixels[channel * each + line * 15 + column] =
            how == .pad ? 0 : Float(mean / Double(each))
        }
      }
    }
    let painted = try question.model.input(pixels: Tensor(pixels, shape: [3, 15, 15]))
    let ablation = try question.ablate([[5]], by: how)
    let direct = try question.model.predict([painted])
    #expect(ablation.probabilities[0][0] == direct.probabilities[0])
  }

  /// Oracle: a metamorphic relation; a patch that no other may attend to and that is not there at
  /// all leave the same values for all others, because positions stay where they were.
  @Test func aDeletedPatchEqualsOneThatNobodyAttendsTo() throws {
    let question = try question()
    let deleted = try question.ablate([[2, 7]], by: .delete).probabilities[0][0]
    let hidden = try question.ablate([[2, 7]], by: .attentionMask).probabilities[0][0]
    expectClose(deleted, hidden, absolute: 1e-5)
  }

  @Test(arguments: [RemovalOperator.unk, .replace])
  func operatorsOfVocabulariesSayWhyTheyCannotBeUsed(_ how: RemovalOperator) throws {
    let question = try question()
    let error = #expect(throws: AssayError.self) { try question.ablate([[1]], by: how) }
    #expect(error?.kind == .unsupported)
    #expect(error?.found.hasPrefix("a picture has no") == true)
  }

  @Test func theClassTokenIsNotExplained() throws {
    #expect(try question().positions == Array(1...9))
  }

  @Test func aPictureOfAnotherSizeIsRefused() throws {
    let model = try Fixture("vit-20x5").model()
    let error = #expect(throws: AssayError.self) { try model.input(pixels: .zeros([3, 16, 15])) }
    #expect(error?.kind == .shape)
    #expect(error?.expected == "[3, 15, 15] (channels, height, width)")
  }

  @Test func tokensAndPicturesAreNotMistakenForEachOther() throws {
    let vision = try Fixture("vit-20x5")
    let text = try Fixture("bert-gelu-20x5")
    let word = Input(ids: [1, 2], vocabulary: Vocabulary(size: 9))
    let tokens = #expect(throws: AssayError.self) { try vision.model().predict([word]) }
    #expect(tokens?.found == "tokens")
    let picture = try vision.input(1)
    let pixels = #expect(throws: AssayError.self) { try text.model().predict([picture]) }
    #expect(pixels?.found == "a picture")
  }
}
