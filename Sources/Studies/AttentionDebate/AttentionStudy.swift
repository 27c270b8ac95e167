import Evidence
import Models
import Tensors

/// What the debate on attention measures of one attention classifier: its attention, the measures it
/// was held against, how they agree, shuffled attention and the adversary (Jain & Wallace 2019;
/// Serrano & Smith 2019).
package struct AttentionStudy: Sendable {
  /// How many random orders of the attention weights are tried; 0 for none.
  package var permutations = 100
  /// How many of the highest tokens the top-k distance looks at.
  package var k = 10
  /// The search for other attention; nil for none.
  package var adversary: AttentionSearch?
  /// Whether gradients and leave-one-out are computed and held against attention.
  package var measures = true

  package init() {}

  /// A measure's name and its numbers, `[text][visible token]`.
  package typealias Scores = (name: String, values: [[Double]])

  /// Two measures, held against each other text by text; NaN where undefined.
  package struct Pair: Sendable {
    package let first: String
    package let second: String
    /// Kendall's tau and its p-value, and the top-k distance.
    package let tau, p, top: [Double]
  }

  package struct Result: Sendable {
    package let readings: [AttentionReading]
    package let scores: [Scores]
    package let pairs: [Pair]
    /// The median change of the prediction under shuffled attention; nil when none was asked for.
    package let permutation: [Double]?
    /// Where each restart of the adversary ended, `[text][restart]`; nil when none was asked for.
    package let found: [[AttentionSearch.Found]]?
  }

  /// - Throws: `unsupported` for a model without a single attention query, `input` for a text that
  ///   attention cannot reach, `cancelled`.
  package func run(
    _ model: Model, _ inputs: [Input], _ execution: Execution
  ) throws(AssayError) -> Result {
    let readings = try model.attentionReadings(inputs, execution)
    let scores = measures ? try importance(model, inputs, readings, execution) : []
    let pairs = try pairs(scores, readings, execution)
    let permutation =
      permutations > 0
      ? TokenImportance.permutations(permutations, readings, execution) : nil
    return Result(
      readings: readings, scores: scores, pairs: pairs, permutation: permutation,
      found: try adversary?.search(readings, execution))
  }

  /// Gradients and leave-one-out.
  private func importance(
    _ model: Model, _ inputs: [Input], _ readings: [AttentionReading], _ execution: Execution
  ) throws(AssayError) -> [Scores] {
    var scores: [Scores] = []
    for kind in TokenImportance.Gradient.allCases {
      let values = try TokenImportance.gradients(kind, model, inputs, readings, execution)
      scores.append(("gradient_\(kind.rawValue)", values))
    }
    let removed = try TokenImportance.leaveOneOut(model, inputs, readings, execution)
    return scores + [("leave_one_out", removed)]
  }

  /// Attention against every measure, and every gradient against leave-one-out.
  private func pairs(
    _ scores: [Scores], _ readings: [AttentionReading], _ execution: Execution
  ) throws(AssayError) -> [Pair] {
    if scores.isEmpty { return [] }
    let all: [Scores] = [("attention", readings.map(\.attention))] + scores
    var pairs: [Pair] = []
    for (first, a) in all.enumerated() {
      for b in all[(first + 1)...] where first == 0 || b.name == "leave_one_out" {
        pairs.append(try pair(a, b, execution))
      }
    }
    return pairs
  }

  private func pair(
    _ a: Scores, _ b: Scores, _ execution: Execution
  ) throws(AssayError) -> Pair {
    var (tau, p, top): ([Double], [Double], [Double]) = ([], [], [])
    for (one, other) in zip(a.values, b.values) {
      let found = try Agreement.measure(
        one, other, statistics: ["kendall", "kendall_top_k"], k: min(k, one.count), draws: 0,
        execution: execution)
      let association = found["kendall"]?.association
      tau.append(association?.value ?? .nan)
      p.append(association?.pValue?.value ?? .nan)
      top.append(found["kendall_top_k"]?.association.value ?? .nan)
    }
    return Pair(first: a.name, second: b.name, tau: tau, p: p, top: top)
  }
}
