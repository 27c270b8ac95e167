import ModelSupport
import Models
import Tensors
import TestSupport
import Testing

@testable import Attribution

@Suite struct RemovalTests {
  private let vocabulary = Vocabulary(size: 30, mask: 4, pad: 0, unknown: 1, start: 2, end: 3)

  private func question() throws -> Question {
    let fixture = try Fixture("bert-gelu-20x5")
    let ids = [2, 11, 12, 13, 14, 3]
    return try Question(
      fixture.model(),
      Input(
        ids: ids, special: ids.map { $0 == 2 || $0 == 3 }, vocabulary: vocabulary),
      execution: Execution())
  }

  /// Oracle: the prediction of the input edited by hand.
  @Test(arguments: [
    (RemovalOperator.mask, [2, 11, 4, 13, 14, 3]), (.pad, [2, 11, 0, 13, 14, 3]),
    (.unk, [2, 11, 1, 13, 14, 3]), (.delete, [2, 11, 13, 14, 3]),
  ])
  func aTokenOperatorEqualsTheEditedInput(_ how: RemovalOperator, _ ids: [Int]) throws {
    let question = try question()
    let edited = try question.model.predict([Input(ids: ids, vocabulary: vocabulary)])
    let ablation = try question.ablate([[2]], by: how)
    #expect(ablation.probabilities[0] == [edited.probabilities[0]])
  }

  /// Oracle: removing nothing changes nothing, by any operator.
  @Test(arguments: RemovalOperator.allCases)
  func removingNothingChangesNothing(_ how: RemovalOperator) throws {
    let question = try question()
    let ablation = try question.ablate([[]], by: how)
    #expect(ablation.distance(0) < 1e-6)
  }

  /// Oracle: softmax over the other keys is what a masked softmax computes, so a token that nobody
  /// attends to can change its id without effect on the read-out.
  @Test func aTokenThatNobodyAttendsToDoesNotMatter() throws {
    let question = try question()
    let masked = try question.ablate([[3]], by: .attentionMask).probabilities[0][0]
    var other = question.input
    other.ids[3] = 20
    let changed = try Question(question.model, other, target: question.target)
    let again = try changed.ablate([[3]], by: .attentionMask).probabilities[0][0]
    expectClose(masked, again, absolute: 1e-6)
  }

  /// The oracle is the list of all ids without the reserved ones.
  @Test func fillersAreTheOrdinaryIdsInOrder() {
    for special: Set<Int> in [[], [0], [0, 1, 2], [3, 9], [4, 5, 6], [9, 40], Set(0..<10)] {
      let fillers = Fillers(Vocabulary(size: 10, special: special))
      let ids = (0..<10).filter { !special.contains($0) }
      #expect((0..<fillers.count).map { fillers[$0] } == ids)
    }
    var named = Vocabulary(size: 10)
    named.replacements = [7, 2]
    #expect((0..<2).map { Fillers(named)[$0] } == [7, 2])
  }

  @Test func replacementsDependOnTheSeedAlone() throws {
    let question = try question()
    let one = try question.ablate([[1], [2]], by: .replace, draws: 3)
    let two = try question.ablate([[2]], by: .replace, draws: 3)
    #expect(one.probabilities[1] == two.probabilities[0])
  }

  @Test func anOperatorWithoutItsTokenSaysSo() throws {
    let fixture = try Fixture("bert-gelu-20x5")
    let bare = try Question(
      fixture.model(), Input(ids: [5, 6], vocabulary: Vocabulary(size: 30)))
    let error = #expect(throws: AssayError.self) { try bare.ablate([[0]], by: .mask) }
    #expect(error?.found == "the tokenizer has no mask token")
  }
}
