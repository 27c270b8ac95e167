import Tensors

extension Model {
  /// Probabilities of one input under each of several sets of interventions.
  ///
  /// Blocks below the lowest edited one are run once and shared: what they compute cannot change.
  /// - Parameter below: what entered blocks in calls before, for the same input; this one adds to it.
  /// - Throws: `option` for interventions that do not fit, `cancelled`.
  package func counterfactuals(
    _ input: Input, _ variants: [[Intervention]], below: inout LowerStates, _ execution: Execution
  ) throws(AssayError) -> [[Double]] {
    let inputs = Array(repeating: input, count: variants.count)
    try validate(inputs, variants)
    guard let lowest = variants.joined().map(\.lowestBlock).min(), lowest < card.layers else {
      return try predict(inputs, interventions: variants, execution: execution).probabilities
    }
    if below.states[lowest] == nil, let made = try states(below: lowest, of: input, execution) {
      below.states[lowest] = made
      below.passes += 1
    }
    let shared = below.states[lowest]
    let chunks = chunks(of: inputs, keeping: [.pattern(0)], execution)
    return try inPieces(chunks, execution) { chunk, execution throws(AssayError) in
      var request = Request()
      request.interventions = Array(variants[chunk])
      if let shared {
        request.resume = (lowest, .concatenated(Array(repeating: shared, count: chunk.count)))
      }
      let run = try run(Array(inputs[chunk]), request, execution)
      return (0..<chunk.count).map { row in
        card.probabilities(run.output.value.slices(row..<row + 1).scalars)
      }
    }.flatMap { $0 }
  }

  /// The same, for a caller who asks once.
  package func counterfactuals(
    _ input: Input, _ variants: [[Intervention]], _ execution: Execution
  ) throws(AssayError) -> [[Double]] {
    var below = LowerStates()
    return try counterfactuals(input, variants, below: &below, execution)
  }

  /// What enters a block when nothing is edited, `[position, width]`; an attention classifier's
  /// encoder's output for block 0. The input was validated.
  ///
  /// Nil where nothing is saved by resuming there: words looked up in a table anew share their first
  /// projections where they repeat, which states no longer can; and what is computed elsewhere begins
  /// at its input.
  package func states(
    below block: Int, of input: Input, _ execution: Execution
  ) throws(AssayError) -> Tensor? {
    guard card.capabilities.contains(.tape) else { return nil }
    guard block > 0 || (block == 0 && card.readOut == .query) else { return nil }
    var request = Request()
    request.keep = [.block(block, .input)]
    return try run([input], request, execution).value(.block(block, .input), sequence: 0)
  }
}

/// What enters blocks of one input when nothing is edited, as far as somebody asked.
package struct LowerStates: Sendable {
  fileprivate var states: [Int: Tensor] = [:]
  /// The passes that it took.
  package fileprivate(set) var passes = 0

  package init() {}
}
