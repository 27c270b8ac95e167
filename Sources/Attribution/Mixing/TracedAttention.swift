import Tensors

/// Attention of any model, traced through the layers: what `rollout` and `flow` are asked of plain
/// arrays.
package struct TracedAttention: Sendable {
  /// What traced attention is divided by.
  package enum Normalization: String, Sendable, CaseIterable {
    /// Nothing.
    case none
    /// What attention uniform over the keys that each query sees would give.
    case receptiveField = "receptive_field"
  }

  private let mixed: Rollout
  private let uniform: Rollout?

  /// Fuses the heads of `stack` `[layers, heads, n, n]` and mixes them with the residual.
  ///
  /// - Throws: `option` for a fusion that does not exist and a `residual` outside 0...1, `shape` for
  ///   maps that are not square, `numeric` for values that are no weights, `memory`, `cancelled`.
  package init(
    _ stack: Tensor, headFusion: String = "mean", residual: Double = 0.5,
    normalization: Normalization = .none, _ execution: Execution
  ) throws(AssayError) {
    mixed = try Rollout(ofStack: stack, headFusion: headFusion, residual: residual, execution)
    uniform =
      normalization == .none
      ? nil : try Rollout(uniformOverFieldOf: stack.layers, residual: residual, execution)
  }

  /// How many positions there are.
  package var count: Int { mixed.count }

  /// The product of all layers, `[n, n]`.
  package func rollout(_ execution: Execution) throws(AssayError) -> Tensor {
    var product = try mixed.matrix(execution)
    if let uniform { product = ratios(of: product, to: try uniform.matrix(execution)) }
    return Tensor(product.map { Float($0) }, shape: [count, count])
  }

  /// The maximum flows from positions of the last layer, `[source][sink]`, all of them when nil.
  /// - Throws: `option` for a source that does not exist or stands twice, `cancelled`.
  package func flow(
    from sources: [Int]?, _ execution: Execution
  ) throws(AssayError) -> [Double] {
    let sources = sources ?? Array(0..<count)
    guard Set(sources).count == sources.count else {
      throw AssayError(
        .option, "sources", expected: "each node once", found: "\(sources.prefix(8))")
    }
    if let wrong = sources.first(where: { $0 < 0 || $0 >= count }) {
      throw AssayError(
        .option, "sources", expected: "positions in 0..<\(count)", found: "\(wrong)")
    }
    let flows = try flows(through: mixed, sources, execution)
    guard let uniform else { return flows }
    return ratios(of: flows, to: try self.flows(through: uniform, sources, execution))
  }

  private func flows(
    through maps: Rollout, _ sources: [Int], _ execution: Execution
  ) throws(AssayError) -> [Double] {
    try AttentionFlow.maximumFlows(
      layers: maps.mixed, count: count, sources: sources, execution: execution)
  }
}
