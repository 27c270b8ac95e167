import Tensors

extension Model {
  /// Probabilities of one input under each of several sets of interventions.
  ///
  /// Blocks below the lowest edited one are run once and shared: what they compute cannot change.
  /// - Throws: `option` for interventions that do not fit, `cancelled`.
  package func counterfactuals(
    _ input: Input, _ variants: [[Intervention]], _ execution: Execution
  ) throws(AssayError) -> [[Double]] {
    let inputs = Array(repeating: input, count: variants.count)
    try validate(inputs, variants)
    guard let lowest = variants.joined().map(\.lowestBlock).min(), lowest < card.layers else {
      return try predict(inputs, interventions: variants, execution: execution).probabilities
    }
    var base = Request()
    base.keep = [.block(lowest, .input)]
    let shared = try run([input], base, execution).value(.block(lowest, .input), sequence: 0)
    let chunks = chunks(of: inputs, keeping: [.pattern(0)], execution)
    return try inPieces(chunks, execution) { chunk, execution throws(AssayError) in
      var request = Request()
      request.interventions = Array(variants[chunk])
      if lowest > 0, let shared {
        request.resume = (lowest, .concatenated(Array(repeating: shared, count: chunk.count)))
      }
      let run = try run(Array(inputs[chunk]), request, execution)
      return (0..<chunk.count).map { row in
        card.probabilities(run.output.value.slices(row..<row + 1).scalars)
      }
    }.flatMap { $0 }
  }
}
