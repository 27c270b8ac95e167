import ModelSupport
import Models
import Tensors
import Testing

@testable import Attribution

/// The lengths of embeddings as an explanation.
@Suite struct EmbeddingNormTests {
  /// Oracle: a metamorphic relation; what a token's label is changes no embedding.
  @Test func theTargetChangesNothing() throws {
    let fixture = try Fixture("bert-gelu-20x5")
    let (model, input) = (try fixture.model(), try fixture.input(7))
    func scores(_ label: Int) throws -> [Float] {
      try Question(model, input, target: .label(label), execution: Execution())
        .explain(method: "embedding_norm").scores
    }
    #expect(try scores(0) == scores(1))
    #expect(try scores(0).allSatisfy { $0 > 0 })
  }
}
