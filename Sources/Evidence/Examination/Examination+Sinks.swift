import Attribution
import Models
import Tensors

/// Positions on which attention rests without saying anything, as far as a layer's vectors tell.
package struct SinkPositions: Sendable {
  /// How much of the vectors that attention adds at the read-out each position makes, as shares; nil
  /// where the network's attention cannot be taken apart.
  let norms: [Double]?

  /// A position with at least min(½, 3/n) of the attention whose vectors are less than a third of that
  /// is a sink; where nobody knows the vectors, every special token and punctuation mark is one.
  func sinks(under shares: [Double], _ input: Input) -> Set<Int> {
    let level = min(0.5, 3 / Double(shares.count))
    guard let norms else {
      return Set(
        shares.indices.filter { position in
          input.special[position]
            || (input.image == nil && input.vocabulary.punctuation.contains(input.ids[position]))
        })
    }
    return Set(shares.indices.filter { shares[$0] >= level && norms[$0] < shares[$0] / 3 })
  }
}

extension Examination {
  /// The share of the map's mass on sinks; nil when the scores are no shares of attention.
  func sinkMass() throws(AssayError) -> Double? {
    guard let shares = explanation.attention?.shares,
      shares.count == question.input.count
    else { return nil }
    let sinks = try sinkPositions().sinks(under: shares, question.input)
    return sinks.reduce(0) { $0 + shares[$1] }
  }

  private func sinkPositions() throws(AssayError) -> SinkPositions {
    if let known = shared.sinks[scope] { return known }
    let model = question.model
    let takesApart =
      model.card.capabilities.isSuperset(of: [.mixing, .squarePattern])
      && scope.layers.allSatisfy { model.network.mixing($0) != nil }
    var norms: [Double]?
    if takesApart {
      var sum = [Double](repeating: 0, count: question.input.count)
      for layer in scope.layers {
        let lengths = try question.attentionNorms(layer)
        spend(Cost(forwards: 1))
        let total = lengths.reduce(0, +)
        guard total > 0 else { continue }
        for index in sum.indices { sum[index] += lengths[index] / total }
      }
      norms = sum.map { $0 / Double(max(scope.layers.count, 1)) }
    }
    let found = SinkPositions(norms: norms)
    shared.sinks[scope] = found
    return found
  }
}
