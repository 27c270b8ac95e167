import Models
import Tensors
import TestSupport
import Testing

@testable import Training

@Suite("Untrained BERT")
struct UntrainedTests {
  @Test("The family reads every untrained tensor and misses none", arguments: [1, 3])
  func complete(layers: Int) throws {
    let configuration = try TinyTask.configuration(layers: layers)
    let model = try Model(BERT.untrained(configuration, seed: 0))
    #expect(model.card.layers == layers)
    #expect(model.card.labels == ["NEGATIVE", "POSITIVE"])
  }

  @Test("Matrices have the configured deviation, gains are one, biases zero")
  func values() throws {
    let checkpoint = try BERT.untrained(TinyTask.configuration(width: 64, layers: 1), seed: 0)
    let words = try checkpoint.tensor("bert.embeddings.word_embeddings.weight").scalars
    let deviation = (words.reduce(0) { $0 + $1 * $1 } / Float(words.count)).squareRoot()
    // 1280 draws: the deviation's own standard error is 2 %.
    expectClose(deviation, 0.02, relative: 0.08)
    #expect(
      try checkpoint.tensor("bert.embeddings.LayerNorm.weight").scalars.allSatisfy { $0 == 1 })
    #expect(try checkpoint.tensor("classifier.bias").scalars == [0, 0])
  }

  @Test("The seed decides the weights; another layer changes none of the others")
  func seeds() throws {
    func weights(_ layers: Int, _ seed: UInt64) throws -> [Float] {
      try BERT.untrained(TinyTask.configuration(layers: layers), seed: seed)
        .tensor("bert.encoder.layer.0.output.dense.weight").scalars
    }
    #expect(try weights(1, 7) == weights(2, 7))
    #expect(try weights(1, 7) != weights(1, 8))
  }
}
