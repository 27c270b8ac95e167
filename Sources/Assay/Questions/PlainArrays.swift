import Attribution
import Evidence
import Tensors

/// What traced attention is divided by.
public enum TracingNormalization: Sendable {
  /// Nothing.
  case none
  /// What attention uniform over the keys that each query sees would give: causal models favour early
  /// tokens, which more queries see.
  case receptiveField

  fileprivate var ofEngine: TracedAttention.Normalization {
    switch self {
    case .none: .none
    case .receptiveField: .receptiveField
    }
  }
}

/// Traces attention through the layers (Abnar & Zuidema 2020): `[n, n]`.
///
/// Rows sum to 1 unless they are normalised.
///
/// - Parameters:
///   - attentions: one `[heads, n, n]` a layer, rows are queries, of any model.
///   - headFusion: `mean`, `max` or `min` over heads.
///   - residual: the share of the identity in each layer.
///   - normalization: what traced attention is divided by.
///   - execution: threads.
/// - Throws: `shape` for maps that are not square and of one size, `option` for a fusion that does not
///   exist and a residual outside 0...1.
public func rollout(
  _ attentions: [Tensor], headFusion: String = "mean", residual: Double = 0.5,
  normalization: TracingNormalization = .none, execution: Execution = .automatic
) throws(AssayError) -> Tensor {
  try TracedAttention(
    try stacked(attentions), headFusion: headFusion, residual: residual,
    normalization: normalization.ofEngine, execution
  ).rollout(execution)
}

/// The true maximum flow of attention to each input (Abnar & Zuidema 2020), `[source][sink]`, not
/// normalised, within 1e-6 of the exact value.
///
/// - Parameters:
///   - attentions: one `[heads, n, n]` a layer, rows are queries, of any model.
///   - sources: positions of the last layer; all of them when nil.
///   - headFusion: `mean`, `max` or `min` over heads.
///   - residual: the share of the identity in each layer.
///   - normalization: what traced attention is divided by.
///   - execution: threads.
/// - Throws: `shape` for maps that are not square and of one size, `option` for a source or a fusion
///   that does not exist and a residual outside 0...1.
public func flow(
  _ attentions: [Tensor], sources: [Int]? = nil, headFusion: String = "mean",
  residual: Double = 0.5, normalization: TracingNormalization = .none,
  execution: Execution = .automatic
) throws(AssayError) -> [[Double]] {
  let traced = try TracedAttention(
    try stacked(attentions), headFusion: headFusion, residual: residual,
    normalization: normalization.ofEngine, execution)
  let flows = try traced.flow(from: sources, execution)
  let count = traced.count
  return stride(from: 0, to: flows.count, by: count).map { Array(flows[$0..<$0 + count]) }
}

/// Computes flows without holding up the caller's thread.
///
/// `progress` is told at most every 50 ms how far the work is.
///
/// - Throws: `cancelled` within 0.2 s of the task's cancellation, and what it throws elsewhere.
public func flow(
  _ attentions: [Tensor], sources: [Int]? = nil, headFusion: String = "mean",
  residual: Double = 0.5, normalization: TracingNormalization = .none,
  execution: Execution = .automatic, progress: ProgressHandler? = nil
) async throws(AssayError) -> [[Double]] {
  try await execution.aside(progress) { execution throws(AssayError) in
    try flow(
      attentions, sources: sources, headFusion: headFusion, residual: residual,
      normalization: normalization, execution: execution)
  }
}

/// Compares two score vectors, beside what chance would give.
///
/// - Parameters:
///   - first: one score a position.
///   - second: as many scores.
///   - statistics: names from `AgreementStatistic.all`.
///   - k: how many top positions the top-k statistics compare; a third of the length when nil.
///   - draws: how many random rankings give the noise floor; 0 for none.
///   - seed: keys those draws.
///   - execution: threads.
/// - Throws: `shape` when the lengths differ, `option` for a statistic that does not exist and a `k` out
///   of range. What cannot be measured is undefined, not an error.
public func agreement(
  _ first: [Double], _ second: [Double],
  statistics: [String] = Agreement.defaultStatistics, k: Int? = nil, draws: Int = 199,
  seed: UInt64 = 0, execution: Execution = .automatic
) throws(AssayError) -> Agreement {
  try Agreement.measure(
    first, second, statistics: statistics, k: k, seed: seed, draws: draws, execution: execution)
}

/// The layers in one array `[layers, heads, n, n]`.
private func stacked(_ layers: [Tensor]) throws(AssayError) -> Tensor {
  guard let first = layers.first, first.shape.count == 3 else {
    throw AssayError(
      .shape, "attentions", expected: "one [heads, n, n] a layer",
      found: layers.first.map { "\($0.shape)" } ?? "no layer")
  }
  if let other = layers.first(where: { $0.shape != first.shape }) {
    throw AssayError(
      .shape, "attentions", expected: "layers of one shape \(first.shape)", found: "\(other.shape)")
  }
  return Tensor(layers.flatMap(\.scalars), shape: [layers.count] + first.shape)
}
