import Autodiff
import ModelSupport
import Tensors
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

  @Test func anEditOfTheLastBlockKeepsEveryRow() throws {
    let layers = try Fixture("bert-gelu-20x5").model().card.layers
    let everywhere = [[Intervention(.uniform)]]
    let below = [[Intervention(.uniform, layers: [0])]]
    #expect(try narrowing("bert-gelu-20x5") { $0.interventions = everywhere } == nil)
    #expect((try narrowing("bert-gelu-20x5") { $0.interventions = below } != nil) == (layers > 1))
  }
}
