import Autodiff
import ModelSupport
import Tensors
import TestSupport
import Testing

@testable import Models

/// Oracle: the definition; a row may be left out only when nothing that was asked for depends on it.
@Suite struct NarrowingTests {
  private func narrowing(
    _ fixture: String, _ change: (inout Request) -> Void = { _ in }
  ) throws -> Narrowing? {
    let fixture = try Fixture(fixture)
    let inputs = try fixture.lengths.map { try fixture.input($0) }
    var request = Request()
    change(&request)
    return Narrowing(request, Batch(inputs), try fixture.model().card)
  }

  @Test(arguments: ["bert-gelu-20x5", "gpt2-20x4"])
  func anEncoderReadsItsFirstRowAndADecoderItsLast(_ name: String) throws {
    let fixture = try Fixture(name)
    let offsets = Ragged(lengths: fixture.lengths).offsets
    let found = try #require(try narrowing(name))
    #expect(found.layer == (try fixture.model().card.layers) - 1)
    #expect(
      found.rows
        == (name.hasPrefix("bert") ? offsets.dropLast() : offsets.dropFirst().map { $0 - 1 }))
    #expect(found.layout.queries.lengths == fixture.lengths.map { _ in 1 })
    #expect(found.layout.keys.lengths == fixture.lengths)
  }

  @Test func aValueOfTheLastBlockThatIsLookedAtKeepsEveryRow() throws {
    let layers = try Fixture("bert-gelu-20x5").model().card.layers
    for site in [Site.final, .pattern(layers - 1), .block(layers - 1, .query)] {
      #expect(try narrowing("bert-gelu-20x5") { $0.keep = [site] } == nil)
      #expect(try narrowing("bert-gelu-20x5") { $0.differentiate = [site] } == nil)
    }
    for site in [Site.embedding, .pooled, .logits, .block(layers - 1, .input), .pattern(0)] {
      #expect(try narrowing("bert-gelu-20x5") { $0.keep = [site] } != nil)
    }
  }

  @Test func aTrainingStepKeepsEveryRow() throws {
    let weight = try #require(try Fixture("bert-gelu-20x5").model().network.parameters.first)
    let variable = Tape(Execution()).watch(weight.tensor)
    #expect(try narrowing("bert-gelu-20x5") { $0.parameters = [weight.name: variable] } == nil)
    let constant = Variable.constant(weight.tensor)
    #expect(try narrowing("bert-gelu-20x5") { $0.parameters = [weight.name: constant] } != nil)
  }

  @Test func aPatchInTheLastBlockKeepsEveryRow() throws {
    let card = try Fixture("bert-gelu-20x5").model().card
    let patch = Intervention(
      .patch(.zeros([1, card.width])), keys: [0], site: .block(card.layers - 1, .value))
    #expect(try narrowing("bert-gelu-20x5") { $0.interventions = [[patch]] } == nil)
    #expect(
      try narrowing("bert-gelu-20x5") { $0.interventions = [[Intervention(.uniform)]] } != nil)
  }

  /// Oracle: a metamorphic relation; with the last stream kept, every row is computed and edited.
  @Test(arguments: ["bert-gelu-20x5", "gpt2-20x4", "deberta-v2-18x3"])
  func anEditOfTheLastBlockChangesTheRowThatIsRead(_ name: String) throws {
    let fixture = try Fixture(name)
    let model = try fixture.model()
    let input = try fixture.input(fixture.lengths[1])
    let (count, heads) = (input.count, model.card.heads)
    let read = try #require(model.card.readOut.row(of: input))
    var draw = RandomSource(seed: 1, stream: "patterns").draw(0)
    func rows(_ shape: [Int]) -> Tensor {
      Tensor((0..<shape.reduce(1, *)).map { _ in Float(draw.uniform()) }, shape: shape)
    }
    let edits = [
      Intervention(.uniform), Intervention(.permute(seed: 3), queries: [read]),
      Intervention(.permute(seed: 4)), Intervention(.scale(2), heads: [0], keys: [1]),
      Intervention(.knockOut(renormalise: true), keys: [0]),
      Intervention(.move(to: 1), keys: [0, 2]), Intervention(.reorder((0..<count).reversed())),
      Intervention(.replace(rows([heads, count, count]))),
      Intervention(.replace(rows([2, count])), queries: [1, read]),
      Intervention(.replace(rows([1, 2, count])), heads: [0], queries: [read, 1]),
      Intervention(.uniform, queries: [1]),
    ]
    func run(_ edit: Intervention, keeping sites: Set<Site>) throws -> [Float] {
      var request = Request()
      request.keep = sites
      request.interventions = [[edit]]
      return try model.run([input], request, Execution()).output.value.scalars
    }
    for edit in edits {
      expectBitEqual(try run(edit, keeping: []), try run(edit, keeping: [.final]))
    }
  }
}
