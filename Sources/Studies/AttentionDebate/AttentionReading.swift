import Models
import Tensors

/// What an attention classifier made of one text, in numbers that counterfactual attention over the
/// same states can be computed from.
///
/// The decision is affine in attention: scores = Σ_t α_t · `tokenScores`[t] for weights that sum to
/// one, where `tokenScores`[t] are the scores if all attention lay on token t.
package struct AttentionReading: Sendable {
  /// The positions that attention can reach.
  package let visible: Range<Int>
  /// The attention of the visible positions.
  package let attention: [Double]
  /// `[visible position][label]`.
  package let tokenScores: [[Double]]
  /// The probabilities of the unedited prediction.
  package let probabilities: [Double]

  /// Probabilities under other attention over the visible positions.
  func probabilities(_ weights: [Double]) -> [Double] {
    let labels = probabilities.indices
    var scores = [Double](repeating: 0, count: labels.count)
    for (weight, row) in zip(weights, tokenScores) {
      for label in labels { scores[label] += weight * row[label] }
    }
    let highest = scores.max() ?? 0
    let powers = scores.map { exponential($0 - highest) }
    let total = powers.reduce(0, +)
    return powers.map { $0 / total }
  }
}

extension Model {
  /// Reads every input once.
  /// - Throws: `unsupported` for a model without a single attention query, `input` for a text that
  ///   attention cannot reach, `cancelled`.
  package func attentionReadings(
    _ inputs: [Input], _ execution: Execution
  ) throws(AssayError) -> [AttentionReading] {
    guard card.readOut == .query, card.layers == 1, card.problem == .singleLabel else {
      throw AssayError(
        .unsupported, "model", expected: "an attention classifier",
        found: "the \(card.family) model")
    }
    for input in inputs {
      try validate(input)
      if card.masks[0].visible(query: 0, queries: 1, keys: input.count).isEmpty {
        throw AssayError(
          .input, "text", expected: "a word between the marks of start and end", found: "none")
      }
    }
    var readings: [AttentionReading] = []
    for chunk in chunks(of: inputs, execution) {
      let part = Array(inputs[chunk])
      var request = Request()
      request.keep = [.block(0, .input), .pattern(0)]
      let run = try run(part, request, execution)
      guard let states = run.captured[.block(0, .input)]?.value else { continue }
      var decision = Request()
      decision.resume = (1, states)
      let scores = try self.run(part, decision, execution).output.value
      let layout = Ragged(lengths: part.map(\.count))
      for (index, input) in part.enumerated() {
        let visible = card.masks[0].visible(query: 0, queries: 1, keys: input.count)
        let row = run.value(.pattern(0), sequence: index)?.scalars ?? []
        let all = scores.slices(layout.rows(index))
        readings.append(
          AttentionReading(
            visible: visible, attention: visible.map { Double(row[$0]) },
            tokenScores: visible.map { all.slices($0..<$0 + 1).scalars.map(Double.init) },
            probabilities: card.probabilities(
              run.output.value.slices(index..<index + 1).scalars)))
      }
      try execution.report(Double(chunk.upperBound) / Double(inputs.count), "reading")
    }
    return readings
  }
}
