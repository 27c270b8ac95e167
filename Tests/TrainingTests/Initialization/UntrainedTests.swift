import Models
import Tensors
import TestSupport
import Testing
import Values

@testable import Training

@Suite("Untrained models")
struct UntrainedTests {
  @Test("The family reads every untrained tensor and misses none", arguments: [1, 3])
  func complete(layers: Int) throws {
    let configuration = try TinyTask.configuration(layers: layers)
    let model = try Model(BERT.untrained(configuration, seed: 0))
    #expect(model.card.layers == layers)
    #expect(model.card.labels == ["NEGATIVE", "POSITIVE"])
  }

  /// A small configuration that has every member that some family asks for.
  private func shape(_ family: String) throws -> Configuration {
    var shape = Members()
    shape["model_type"] = .text(family)
    for (name, value) in [
      ("vocab_size", 11), ("hidden_size", 8), ("num_attention_heads", 2), ("num_hidden_layers", 2),
      ("intermediate_size", 16), ("max_position_embeddings", 12), ("n_embd", 8), ("n_head", 2),
      ("n_layer", 2), ("n_positions", 12), ("embedding_size", 8), ("num_labels", 3),
    ] {
      shape[name] = .integer(value)
    }
    shape["encoder"] = "average"
    return try Configuration(.record(shape), subject: "config")
  }

  /// Oracle: loading itself, which throws for a tensor that is missing, left over or misshapen.
  @Test("Every family that is trained from scratch reads its untrained tensors and has a head")
  func families() throws {
    for (family, _) in Untrained.makers {
      let model = try Untrained.model(shape(family), seed: 0)
      #expect(model.card.family == family)
      #expect(model.card.labels.count == 3, "\(family)")
    }
  }

  @Test("A causal classifier before training reads the last position and looks at no later one")
  func causal() throws {
    let card = try Untrained.model(shape("gpt2"), seed: 0).card
    #expect(card.masks == [.causal, .causal])
    #expect(card.readOut == .last)
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

  @Test("A family that starts from no given word table refuses one")
  func givenEmbeddings() throws {
    let error = #expect(throws: AssayError.self) {
      try Untrained.model(
        TinyTask.configuration(layers: 1), embeddings: .zeros([2, 2]), seed: 0)
    }
    #expect(error?.kind == .unsupported && error?.subject == "embeddings")
  }

  @Test("A classifier's word vectors have the configured deviation, torch's 1 unless said")
  func wordVectors() throws {
    for deviation in [Float(1), 0.3] {
      var shape = Members()
      shape["model_type"] = "attention_classifier"
      shape["encoder"] = "average"
      shape["vocab_size"] = 40
      shape["embedding_size"] = 64
      shape["hidden_size"] = 8
      if deviation != 1 { shape["initializer_range"] = .number(Double(deviation)) }
      let checkpoint = try AttentionClassifier.untrained(
        Configuration(.record(shape), subject: "config"), seed: 0)
      let words = try checkpoint.tensor("embedding.weight").scalars
      let found = (words.reduce(0) { $0 + $1 * $1 } / Float(words.count)).squareRoot()
      // 2496 draws beside a row of zeros for padding: the standard error is 1.5 %.
      expectClose(found, deviation, relative: 0.06)
    }
  }
}
