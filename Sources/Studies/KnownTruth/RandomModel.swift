import Models
import Tensors

extension Model {
  /// A BERT classifier of the same shape whose weights are independent normal numbers: what
  /// attention looks like in a model that has learned nothing.
  package static func random(
    like card: ModelCard, _ draw: inout RandomSource.Draw
  ) throws(AssayError) -> Model {
    let width = card.width
    let inner = 2 * width
    var tensors: [(name: String, tensor: Tensor)] = []
    func add(_ name: String, _ shape: [Int], _ deviation: Double) {
      let values = (0..<shape.reduce(1, *)).map { _ in Float(deviation * draw.normal()) }
      tensors.append((name, Tensor(values, shape: shape)))
    }
    func norm(_ name: String) {
      tensors.append((name + ".weight", .filled(1, [width])))
      tensors.append((name + ".bias", .zeros([width])))
    }
    // Weights of deviation 1/√inputs keep every layer's output at the scale of its input.
    func linear(_ name: String, from inputs: Int, to outputs: Int) {
      add(name + ".weight", [outputs, inputs], 1 / Double(inputs).squareRoot())
      tensors.append((name + ".bias", .zeros([outputs])))
    }
    add("bert.embeddings.word_embeddings.weight", [card.vocabularySize ?? 1, width], 1)
    add("bert.embeddings.position_embeddings.weight", [card.maximumLength ?? 64, width], 0.3)
    add("bert.embeddings.token_type_embeddings.weight", [card.typeCount, width], 0.3)
    norm("bert.embeddings.LayerNorm")
    for layer in 0..<card.layers {
      let prefix = "bert.encoder.layer.\(layer)."
      for part in ["query", "key", "value"] {
        linear(prefix + "attention.self." + part, from: width, to: width)
      }
      linear(prefix + "attention.output.dense", from: width, to: width)
      norm(prefix + "attention.output.LayerNorm")
      linear(prefix + "intermediate.dense", from: width, to: inner)
      linear(prefix + "output.dense", from: inner, to: width)
      norm(prefix + "output.LayerNorm")
    }
    linear("classifier", from: width, to: card.labels.count)
    var configuration = JSONObject()
    configuration["model_type"] = .string("bert")
    for (name, value) in [
      ("hidden_size", width), ("num_attention_heads", card.heads), ("intermediate_size", inner),
      ("num_hidden_layers", card.layers), ("vocab_size", card.vocabularySize ?? 1),
      ("max_position_embeddings", card.maximumLength ?? 64),
      ("type_vocab_size", card.typeCount), ("num_labels", card.labels.count),
    ] {
      configuration[name] = .integer(value)
    }
    return try Model(
      Checkpoint(configuration: .object(configuration), tensors: tensors, path: "random model"))
  }
}
