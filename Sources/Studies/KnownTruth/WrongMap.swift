import Attribution
import Models
import Tensors

/// A map that is not the explanation it passes for.
package enum WrongMap: String, Sendable, CaseIterable {
  /// The method's map of the same words in another order.
  case otherText = "another text's map"
  /// The method's map moved along by some positions.
  case shifted
  /// Random scores, smoothed over neighbours.
  case smooth = "smooth random"
  /// Scores that depend on the position alone: the method's map averaged over other texts.
  case positionOnly = "position only"
  /// The method's map of a model with random weights.
  case randomWeights = "random weights"

  /// The map's scores at the explained positions of a planted model's text.
  ///
  /// Where chance would make the wrong map highlight the evidence after all, the next draw is
  /// taken, up to 100 times.
  func scores(
    for planted: PlantedModel, method: String, _ execution: Execution
  ) throws(AssayError) -> [Double] {
    let source = execution.random("wrong map.\(rawValue)")
    var scores: [Double] = []
    for attempt in 0..<100 {
      var draw = source.draw(attempt)
      scores = try self.scores(for: planted, method: method, &draw, execution)
      let top = scores.indices.max { scores[$0] < scores[$1] }
      guard let top, planted.evidence.contains(planted.input.explained[top]) else { break }
    }
    return scores
  }

  private func scores(
    for planted: PlantedModel, method: String, _ draw: inout RandomSource.Draw,
    _ execution: Execution
  ) throws(AssayError) -> [Double] {
    let input = planted.input
    let count = input.explained.count
    func map(_ model: Model, _ input: Input) throws(AssayError) -> [Double] {
      try Question(model, input, execution: execution).explain(method: method).scores
        .map(Double.init)
    }
    switch self {
    case .otherText: return try map(planted.model, input.shuffled(&draw))
    case .shifted:
      let own = try map(planted.model, input)
      let offset = 1 + draw.integer(below: max(1, count - 1))
      return own.indices.map { own[($0 + offset) % count] }
    case .smooth:
      var noise: [Double] = []
      for _ in 0..<count + 2 { noise.append(-logarithm(1 - draw.uniform())) }
      return (0..<count).map { index -> Double in
        let neighbours = noise[index] + noise[index + 2]
        return (neighbours + 2 * noise[index + 1]) / 4
      }
    case .positionOnly:
      var sum = [Double](repeating: 0, count: count)
      for _ in 0..<8 {
        let other = try map(planted.model, input.shuffled(&draw))
        for index in sum.indices { sum[index] += other[index] / 8 }
      }
      return sum
    case .randomWeights:
      return try map(Model.random(like: planted.model.card, &draw), input)
    }
  }
}

extension Input {
  /// The same input with the explained tokens in another order.
  fileprivate func shuffled(_ draw: inout RandomSource.Draw) -> Input {
    var copy = self
    let places = explained
    for (place, from) in zip(places, draw.permutation(places.count)) {
      copy.ids[place] = ids[places[from]]
    }
    return copy
  }
}
