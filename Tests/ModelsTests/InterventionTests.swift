import ModelSupport
import Tensors
import TestSupport
import Testing

@testable import Models

/// What each intervention does to the pattern that the rest of the pass sees.
@Suite struct InterventionTests {
  private let execution = Execution()

  private func edited(_ intervention: Intervention, layer: Int = 0) throws -> (
    before: [Float], after: [Float]
  ) {
    let fixture = try Fixture("bert-gelu-20x5")
    let (model, input) = (try fixture.model(), try fixture.input(7))
    let before = try model.attention(input)[layer]
    let after = try model.predict(
      [input], interventions: [[intervention]], keep: [.pattern(layer)])
    return (before.scalars, try #require(after.kept[.pattern(layer)]).first?.scalars ?? [])
  }

  /// The weights of one head's row.
  private func row(_ values: [Float], head: Int, query: Int) -> [Float] {
    Array(values[(head * 7 + query) * 7..<(head * 7 + query + 1) * 7])
  }

  @Test func onlyTheChosenHeadAndRowChange() throws {
    let (before, after) = try edited(
      Intervention(.uniform, layers: [0], heads: [2], queries: [3]))
    for head in 0..<5 {
      for query in 0..<7 {
        let new = row(after, head: head, query: query)
        if (head, query) == (2, 3) {
          expectClose(new, Array(repeating: Float(1) / 7, count: 7), absolute: 1e-7)
        } else {
          expectBitEqual(new, row(before, head: head, query: query))
        }
      }
    }
  }

  /// Oracle: the definition, y_j = x_j / Σ_kept x.
  @Test func aKnockOutSharesTheMassAmongTheRest() throws {
    let (before, after) = try edited(
      Intervention(.knockOut(renormalise: true), layers: [0], keys: [1, 4]))
    for head in 0..<5 {
      let old = row(before, head: head, query: 2)
      let kept = 1 - old[1] - old[4]
      let expected = (0..<7).map { $0 == 1 || $0 == 4 ? 0 : old[$0] / kept }
      expectClose(row(after, head: head, query: 2), expected, absolute: 1e-6)
    }
  }

  @Test func knockingOutEveryKeyLeavesNoNaN() throws {
    let (_, after) = try edited(Intervention(.knockOut(renormalise: true), layers: [0]))
    #expect(after.allSatisfy { $0 == 0 })
  }

  @Test func aMovePoursTheMassOntoOneKey() throws {
    let (before, after) = try edited(Intervention(.move(to: 5), layers: [0], keys: [0, 1]))
    let (old, new) = (row(before, head: 4, query: 6), row(after, head: 4, query: 6))
    #expect(new[0] == 0 && new[1] == 0)
    expectClose(new[5], old[5] + old[0] + old[1], absolute: 1e-6)
  }

  @Test func aPermutationKeepsTheWeightsOfTheRow() throws {
    let (before, after) = try edited(
      Intervention(.permute(seed: 4), layers: [0], keys: [1, 2, 3, 4, 5]))
    let (old, new) = (row(before, head: 1, query: 0), row(after, head: 1, query: 0))
    #expect(old != new && old.sorted() == new.sorted())
    #expect(old[0] == new[0] && old[6] == new[6])
  }

  @Test(arguments: [
    (Intervention(.uniform, layers: [9]), "intervention: layers"),
    (Intervention(.uniform, heads: [5]), "intervention: heads"),
    (Intervention(.scale(2), keys: [7]), "intervention: keys"),
    (Intervention(.scale(2), keys: [1, 1]), "intervention: keys"),
    (Intervention(.scale(.nan)), "intervention scale: factor"),
    (Intervention(.move(to: 7)), "intervention move: to"),
    (Intervention(.reorder([0, 0, 1, 2, 3, 4, 5])), "intervention reorder: order"),
    (
      Intervention(.replace(.zeros([2, 2])), layers: [0]), "intervention replace: value"
    ),
    (Intervention(.patch(.zeros([7, 20]))), "intervention patch"),
    (Intervention(.uniform, site: .embedding), "intervention: site"),
    (Intervention(.patch(.zeros([7, 3])), site: .embedding), "intervention patch: value"),
    (
      Intervention(.patch(.filled(.nan, [7, 20])), site: .embedding), "intervention patch: value"
    ),
    (Intervention(.patch(.zeros([7, 20])), site: .block(7, .input)), "site"),
  ])
  func aBadInterventionSaysWhatIsWrong(_ intervention: Intervention, _ subject: String) throws {
    let fixture = try Fixture("bert-gelu-20x5")
    let (model, input) = (try fixture.model(), try fixture.input(7))
    let error = #expect(throws: AssayError.self) {
      try model.predict([input], interventions: [[intervention]])
    }
    #expect(error?.subject == subject)
  }

  @Test(arguments: [
    (Input(ids: [], vocabulary: Vocabulary(size: 30)), "tokens"),
    (Input(ids: [1, -1], vocabulary: Vocabulary(size: 30)), "token id at position 1"),
    (Input(ids: [99999], vocabulary: Vocabulary(size: 30)), "token id at position 0"),
    (
      Input(ids: [1], types: [7], vocabulary: Vocabulary(size: 30)), "token type at position 0"
    ),
    (
      Input(ids: Array(repeating: 1, count: 5000), vocabulary: Vocabulary(size: 30)), "tokens"
    ),
  ])
  func aBadInputSaysWhatIsWrong(_ input: Input, _ subject: String) throws {
    let model = try Fixture("bert-gelu-20x5").model()
    let error = #expect(throws: AssayError.self) { try model.predict([input]) }
    #expect(error?.kind == .input && error?.subject == subject)
  }
}
