import Models
import Tensors
import Values

extension OptionSpec {
  /// What traced attention is compared with.
  ///
  /// In a causal model the first token is seen by every query of every layer and the last one by a
  /// single query, so that tracing favours early tokens whatever the attention. Abnar & Zuidema
  /// (2020) leave the remedy open; here it is the ratio to the same tracing of attention that is
  /// uniform over what each query sees. 1 then means: no more than position alone gives.
  static let normalization = OptionSpec(
    "normalization", .choice(["none", "receptive_field"]), default: .text("none"),
    "receptive_field divides by what attention uniform over each query's visible keys would give")
}

extension Rollout {
  /// Attention uniform over what each query sees, mixed with the residual stream in every layer.
  ///
  /// A query sees the keys to which any layer and head gives weight.
  /// - Precondition: every pattern is `[heads, n, n]` with the same n.
  /// - Throws: `memory`, `cancelled`.
  package init(
    uniformOverFieldOf patterns: [Tensor], residual: Double, _ execution: Execution = Execution()
  ) throws(AssayError) {
    let count = patterns.first?.shape[1] ?? 0
    precondition(
      patterns.allSatisfy { $0.shape[1] == count && $0.shape[2] == count },
      "square patterns of one size")
    try Rollout.requireMemory(maps: 2, count: count)
    var seen = [Bool](repeating: false, count: count * count)
    for pattern in patterns {
      for head in 0..<pattern.shape[0] {
        pattern.withSpan { values in
          for index in seen.indices where values[head * seen.count + index] > 0 {
            seen[index] = true
          }
        }
        try execution.checkCancellation()
      }
    }
    var map = [Double](repeating: 0, count: count * count)
    for row in 0..<count {
      let field = (row * count..<(row + 1) * count).filter { seen[$0] }
      for index in field { map[index] = (1 - residual) / Double(field.count) }
      map[row * count + row] += field.isEmpty ? 1 : residual
    }
    self.init(maps: Array(repeating: map, count: patterns.count), count: count)
  }
}

/// Scores over what was to be expected of them; 0 where nothing was.
package func ratios(of scores: [Double], to expected: [Double]) -> [Double] {
  zip(scores, expected).map { $1 > 0 ? $0 / $1 : 0 }
}
