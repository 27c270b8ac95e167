import ModelSupport
import Tensors
import TestSupport
import Testing

@testable import Models

@Suite("Counterfactual runs")
struct CounterfactualTests {
  /// Oracle: the same edits in whole passes.
  @Test(
    "Runs that resume give what whole passes give",
    arguments: ["bert-gelu-20x5", "attention-bilstm-additive", "deberta-v2-18x3"])
  func equal(name: String) throws {
    let fixture = try Fixture(name)
    let model = try fixture.model()
    let input = try fixture.input(fixture.lengths.max() ?? 1)
    let edits = (0..<input.count).map { key in
      [Intervention(.move(to: key), layers: [model.card.layers - 1])]
    }
    let whole = try model.predict(
      Array(repeating: input, count: edits.count), interventions: edits)
    let resumed = try model.counterfactuals(input, edits, Execution())
    for (a, b) in zip(whole.probabilities, resumed) { expectClose(b, a, absolute: 0) }
  }

  /// Oracle: the same edits asked at once; what enters the edited block is run once.
  @Test("What lies below an edited block is kept between calls")
  func kept() throws {
    let fixture = try Fixture("bert-gelu-20x5")
    let model = try fixture.model()
    let input = try fixture.input(fixture.lengths.max() ?? 1)
    let edits = (0..<input.count).map { key in
      [Intervention(.move(to: key), layers: [model.card.layers - 1])]
    }
    let whole = try model.counterfactuals(input, edits, Execution())
    var below = LowerStates()
    for (edit, expected) in zip(edits, whole) {
      let found = try model.counterfactuals(input, [edit], below: &below, Execution())
      expectClose(found[0], expected, absolute: 0)
    }
    #expect(below.passes == 1)
    let first = [[Intervention(.move(to: 0), layers: [0])]]
    _ = try model.counterfactuals(input, first, below: &below, Execution())
    #expect(below.passes == 1, "nothing lies below block 0")
  }

  /// Oracle: an edit of the embedding is below every block, so nothing may be shared.
  @Test("An edit of the embedding is not resumed past")
  func embedding() throws {
    let fixture = try Fixture("bert-gelu-20x5")
    let model = try fixture.model()
    let input = try fixture.input(fixture.lengths.max() ?? 1)
    let nothing = Tensor.zeros([1, model.card.width])
    let edit = Intervention(.patch(nothing), keys: [1], site: .embedding)
    let whole = try model.predict([input], interventions: [[edit]])
    let resumed = try model.counterfactuals(input, [[edit]], Execution())
    expectClose(resumed[0], whole.probabilities[0], absolute: 0)
    #expect(resumed[0] != (try model.predict([input]).probabilities[0]))
  }
}
