import Attribution
import Models
import Tensors
import Training
import Values

/// A map that is not the explanation it passes for.
package enum WrongMap: String, Sendable, CaseIterable {
  /// Independent random scores.
  case random = "independent random"
  /// Random scores, smoothed over neighbours.
  case smooth = "smooth random"
  /// The method's map of another text.
  case otherText = "another text's map"
  /// The method's map moved along by some positions.
  case shifted
  /// Scores that depend on the position alone: the method's map averaged over other texts.
  case positionOnly = "position only"
  /// The method's map of a model with random weights.
  case randomWeights = "random weights"

  /// One such map: a score an explained position.
  ///
  /// - Parameters:
  ///   - others: further texts for the model; maps of another length are stretched.
  package func scores(
    _ model: Model, _ input: Input, method: String, others: [Input],
    _ draw: inout RandomSource.Draw, _ execution: Execution
  ) throws(AssayError) -> [Double] {
    let count = input.explained.count
    func map(_ model: Model, _ input: Input) throws(AssayError) -> [Double] {
      let scores = try Question(model, input, execution: execution).explain(method: method).scores
      return (0..<count).map { Double(scores[$0 * scores.count / count]) }
    }
    switch self {
    case .random:
      var scores: [Double] = []
      for _ in 0..<count { scores.append(draw.exponential()) }
      return scores
    case .smooth:
      var noise: [Double] = []
      for _ in 0..<count + 2 { noise.append(draw.exponential()) }
      return (0..<count).map { index -> Double in
        let neighbours = noise[index] + noise[index + 2]
        return (neighbours + 2 * noise[index + 1]) / 4
      }
    case .otherText: return try map(model, draw.pick(others))
    case .shifted:
      let own = try map(model, input)
      let offset = 1 + draw.integer(below: max(1, count - 1))
      return own.indices.map { own[($0 + offset) % count] }
    case .positionOnly:
      var sum = [Double](repeating: 0, count: count)
      for other in others.prefix(8) {
        let scores = try map(model, other)
        for index in sum.indices { sum[index] += scores[index] }
      }
      return sum
    case .randomWeights: return try map(model.unlearned(&draw), input)
    }
  }
}

extension RandomSource.Draw {
  /// An exponential number with mean 1: independent ones are a uniformly random distribution.
  fileprivate mutating func exponential() -> Double { -logarithm(1 - uniform()) }
}

extension Model {
  /// A model of the same kind and shape whose weights are random: a BERT classifier as training begins
  /// with it, any other model with every matrix drawn anew and its norms as they are.
  fileprivate func unlearned(_ draw: inout RandomSource.Draw) throws(AssayError) -> Model {
    if card.family == "bert", card.readOut == .first {
      return try Model.untrained(like: card, &draw)
    }
    var drawn: [String: Tensor] = [:]
    for parameter in network.parameters where parameter.tensor.shape.count > 1 {
      let values = (0..<parameter.tensor.count).map { _ in Float(Model.deviation * draw.normal()) }
      drawn[parameter.name] = Tensor(values, shape: parameter.tensor.shape)
    }
    return replacing(drawn)
  }

  /// Large enough for attention to be uneven.
  private static let deviation = 0.2

  /// A BERT classifier of the same shape whose weights are random.
  package static func untrained(
    like card: ModelCard, _ draw: inout RandomSource.Draw
  ) throws(AssayError) -> Model {
    try untrained(
      width: card.width, heads: card.heads, layers: card.layers, words: card.vocabularySize ?? 1,
      labels: max(2, card.labels.count), positions: card.maximumLength ?? 512,
      types: max(1, card.typeCount), &draw)
  }

  /// A BERT classifier with random weights: what attention looks like in a model that has learned
  /// nothing.
  static func untrained(
    width: Int, heads: Int, layers: Int, words: Int, labels: Int, positions: Int, types: Int,
    _ draw: inout RandomSource.Draw
  ) throws(AssayError) -> Model {
    var configuration = Members()
    configuration["model_type"] = .text("bert")
    configuration["initializer_range"] = .number(deviation)
    for (name, value) in [
      ("hidden_size", width), ("num_attention_heads", heads), ("intermediate_size", 2 * width),
      ("num_hidden_layers", layers), ("vocab_size", words),
      ("max_position_embeddings", positions), ("type_vocab_size", types), ("num_labels", labels),
    ] {
      configuration[name] = .integer(value)
    }
    return try Model(
      BERT.untrained(
        Configuration(.record(configuration), subject: "random model"), seed: draw.next()))
  }
}
