import Attribution
import Models
import Tensors

/// The attention behind an explanation under test, run through the model itself.
struct ExaminedAttention: SearchedAttention {
  /// The explanation as a function of attention.
  let function: AttentionMap
  let examination: Examination
  /// The unedited attention, layer after layer.
  let attention: [Double]
  /// What enters the lowest layer of the map, and every run resumes from.
  private let below: Tensor?

  init(_ function: AttentionMap, _ examination: Examination) throws(AssayError) {
    self.function = function
    self.examination = examination
    let question = examination.question
    below = try question.model.states(
      below: function.lowest, of: question.input, question.execution)
    attention = try question.patterns(function.layers).flatMap {
      ExaminedAttention.entering($0, function)
    }
  }

  var keys: Int { function.keys }

  var map: [Double] { examination.highlight.weights }

  func report(_ share: Double) throws(AssayError) {
    try examination.question.execution.report(share, "adversarial")
  }

  func see(
    _ attention: [[Double]], above epsilon: Double
  ) throws(AssayError) -> SeenAttention {
    let maps = attention.map { function(layers($0)) }
    let shares = maps.map { distribution($0.map) }
    let (distances, outputs) = try outputs(attention, above: epsilon)
    return SeenAttention(shares: shares, distances: distances) { slopes, penalty in
      attention.indices.map { start in
        let cotangent = cotangent(slopes[start], shares[start], maps[start].map)
        var total = maps[start].pullback(cotangent).flatMap { $0 }
        if let output = outputs[start] {
          for index in total.indices { total[index] += penalty * output[index] }
        }
        return total
      }
    }
  }

  /// The map of some attention, at the explained positions and as a distribution.
  func distribution(of attention: [Double]) -> [Double] {
    distribution(function(layers(attention)).map)
  }

  private func distribution(_ map: [Double]) -> [Double] {
    let values = examination.question.positions.map { max(map[$0], 1e-12) }
    let total = values.reduce(0, +)
    return values.map { $0 / total }
  }

  /// The cotangent of the map from that of the distribution, through the normalisation over the
  /// explained positions.
  private func cotangent(
    _ slopes: [Double], _ shares: [Double], _ map: [Double]
  ) -> [Double] {
    let positions = examination.question.positions
    let total = positions.reduce(0) { $0 + max(map[$1], 1e-12) }
    let mean = zip(shares, slopes).reduce(0) { $0 + $1.0 * $1.1 }
    var cotangent = [Double](repeating: 0, count: map.count)
    for (rank, position) in positions.enumerated() {
      cotangent[position] = (slopes[rank] - mean) / total
    }
    return cotangent
  }

  /// The change of the prediction under each start's attention, and ∂TVD/∂attention where the
  /// change is above `epsilon`: below it the penalty has no slope.
  func outputs(
    _ attention: [[Double]], above epsilon: Double
  ) throws(AssayError) -> (distances: [Double], gradients: [[Double]?]) {
    let (question, base) = (examination.question, examination.base)
    let card = question.model.card
    let sites = function.layers.map(Site.pattern)
    var request = Request()
    request.differentiate = Set(sites)
    request.interventions = attention.map(interventions)
    if let below {
      let states = Tensor.concatenated(Array(repeating: below, count: attention.count))
      request.resume = (function.lowest, states)
    }
    let inputs = Array(repeating: question.input, count: attention.count)
    let run = try question.model.run(inputs, request, question.execution)
    let rows = attention.indices.map { run.output.value.slices($0..<$0 + 1).scalars }
    let probabilities = rows.map(card.probabilities)
    let distances = probabilities.map { totalVariation($0, base) }
    let cotangent = Tensor(
      probabilities.flatMap { totalVariationSlope($0, base).map { Float($0) } },
      shape: run.output.shape)
    let gradients = try run.gradients(cotangent: cotangent, to: sites)
    let parts = attention.indices.map { start -> [Double]? in
      guard distances[start] > epsilon else { return nil }
      return zip(sites, gradients).flatMap { site, gradient in
        ExaminedAttention.entering(run.slice(gradient, like: site, sequence: start), function)
      }
    }
    return (distances, parts)
  }

  /// Interventions that put one start's attention in place.
  func interventions(_ attention: [Double]) -> [Intervention] {
    zip(function.layers, layers(attention)).map { layer, weights in
      let rows = Tensor(
        weights.map { Float($0) },
        shape: [function.heads.count, function.queries.count, function.keys])
      return Intervention(
        .replace(rows), layers: [layer], heads: function.heads, queries: function.queries)
    }
  }

  /// The attention with the weight of some keys moved to another.
  func pouring(from: [Int], to: Int) -> [Double] {
    function.pouring(layers(attention), from: from, to: to).flatMap { $0 }
  }

  private func layers(_ attention: [Double]) -> [[Double]] {
    function.layers.indices.map {
      Array(attention[$0 * function.width..<($0 + 1) * function.width])
    }
  }

  /// The heads and rows of a pattern `[head, query, key]` that enter the map, flat.
  private static func entering(_ pattern: Tensor, _ map: AttentionMap) -> [Double] {
    let (rows, keys) = (pattern.shape[1], pattern.shape[2])
    return pattern.withSpan { values in
      var result: [Double] = []
      result.reserveCapacity(map.width)
      for head in map.heads {
        for query in map.queries {
          let start = (head * rows + query) * keys
          for key in 0..<keys { result.append(Double(values[start + key])) }
        }
      }
      return result
    }
  }
}
