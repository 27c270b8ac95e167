import Attribution
import Evidence
import Models
import Tensors

/// The measures that attention was held against (Jain & Wallace 2019), one number a visible token.
package enum TokenImportance: Sendable {
  /// Whether the gradient flows through attention, and what is differentiated.
  package enum Gradient: String, Sendable, CaseIterable {
    /// Of the probability, attention held fixed: τ_g of the paper.
    case detached
    /// Of the probability, through attention as well.
    case attached
    /// Of the score, attention held fixed: does not vanish where the model is sure.
    case score
  }

  /// Σ_labels |Σ_d ∂y_label/∂E_td E_td|: gradient × input, the derivative with respect to the entry of
  /// the token's own word. The two labels of a binary decision mirror each other, so one stands for
  /// both.
  package static func gradients(
    _ kind: Gradient, _ model: Model, _ inputs: [Input], _ readings: [AttentionReading],
    _ execution: Execution
  ) throws(AssayError) -> [[Double]] {
    let labels = model.card.scoreCount == 2 ? 1..<2 : 0..<model.card.scoreCount
    var sums = readings.map { [Double](repeating: 0, count: $0.visible.count) }
    let held: [[Intervention]] =
      kind == .attached ? [] : zip(inputs, readings).map { [$1.holding(over: $0.count)] }
    for label in labels {
      for chunk in model.chunks(of: inputs, gradients: true, execution) {
        let found = try model.gradients(
          Array(inputs[chunk]), targets: chunk.map { _ in .label(label) },
          output: kind == .score ? .logit : .probability, at: [.embedding],
          interventions: held.isEmpty ? [] : Array(held[chunk]), execution)
        for (index, result) in zip(chunk, found) {
          let products = result.gradients[0].multipliedElements(by: result.values[0], execution)
          for (rank, position) in readings[index].visible.enumerated() {
            let row = products.slices(position..<position + 1).scalars
            sums[index][rank] += abs(row.reduce(0.0) { $0 + Double($1) })
          }
        }
        try execution.report(Double(chunk.upperBound) / Double(inputs.count), "gradients")
      }
    }
    return sums
  }

  /// The total variation distance of the prediction from that without the token, the text shortened.
  package static func leaveOneOut(
    _ model: Model, _ inputs: [Input], _ readings: [AttentionReading], _ execution: Execution
  ) throws(AssayError) -> [[Double]] {
    var jobs: [Input] = []
    for (input, reading) in zip(inputs, readings) {
      for position in reading.visible { jobs.append(input.without(position)) }
    }
    let shortened = try model.predict(jobs, execution: execution).probabilities
    var start = 0
    return readings.map { reading in
      defer { start += reading.visible.count }
      return (start..<start + reading.visible.count).map {
        totalVariation(shortened[$0], reading.probabilities)
      }
    }
  }

  /// The median over random orders of the attention weights of the change of the prediction, the
  /// states held fixed.
  package static func permutations(
    _ count: Int, _ readings: [AttentionReading], _ execution: Execution
  ) -> [Double] {
    let source = execution.random("debate.permutation")
    return readings.enumerated().map { index, reading in
      guard execution.goesOn() else { return .nan }
      var draw = source.draw(index)
      let distances = (0..<count).map { number -> Double in
        guard execution.goesOn(number) else { return 0 }
        let order = draw.permutation(reading.attention.count)
        return totalVariation(
          reading.probabilities(order.map { reading.attention[$0] }), reading.probabilities)
      }
      return median(distances)
    }
  }
}

extension AttentionReading {
  /// The attention as it is, as a constant.
  fileprivate func holding(over length: Int) -> Intervention {
    var row = [Float](repeating: 0, count: length)
    for (position, weight) in zip(visible, attention) { row[position] = Float(weight) }
    return Intervention(.replace(Tensor(row, shape: [1, length])))
  }
}

extension Input {
  /// The input shortened by one position.
  fileprivate func without(_ position: Int) -> Input {
    let kept = (0..<count).filter { $0 != position }
    return Input(
      ids: kept.map { ids[$0] }, special: kept.map { special[$0] }, words: kept.map { words[$0] },
      vocabulary: vocabulary)
  }
}
