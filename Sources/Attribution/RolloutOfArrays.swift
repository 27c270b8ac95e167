import Tensors

extension Rollout {
  /// The mixed maps of plain attention arrays from any model.
  ///
  /// - Parameters:
  ///   - stack: `[layers, heads, n, n]`, rows are queries.
  ///   - headFusion: `mean`, `max` or `min`.
  ///   - residual: the share of the identity in each layer, 0...1.
  /// - Throws: `shape` unless the stack is square with at least one layer and head, `numeric` for
  ///   values that are negative or not finite, `option` for an unknown fusion, `memory`, `cancelled`.
  package init(
    ofStack stack: Tensor, headFusion: String, residual: Double,
    _ execution: Execution = Execution()
  ) throws(AssayError) {
    guard stack.shape.count == 4, stack.shape[2] == stack.shape[3],
      stack.shape.allSatisfy({ $0 > 0 })
    else {
      throw AssayError(
        .shape, "attentions", expected: "[layers, heads, n, n], none of them 0",
        found: "\(stack.shape)")
    }
    guard ["mean", "max", "min"].contains(headFusion) else {
      throw AssayError(
        .option, "head_fusion", expected: "one of mean, max, min", found: "\"\(headFusion)\"")
    }
    guard (0...1).contains(residual) else {
      throw AssayError(.option, "residual", expected: "a number in 0...1", found: "\(residual)")
    }
    if !stack.isFiniteAndNotNegative {
      let bad = stack.scalars.first { !($0 >= 0 && $0 < .infinity) } ?? .nan
      throw AssayError(
        .numeric, "attentions", expected: "finite numbers of at least 0", found: "\(bad)")
    }
    let fusion = try HeadFusion(.text(headFusion), heads: stack.shape[1])
    try Rollout.requireMemory(maps: stack.shape[0], count: stack.shape[2])
    self.init(
      fused: fusion.maps(ofStack: stack, execution), count: stack.shape[2], residual: residual,
      execution)
    try execution.checkCancellation()
  }
}

extension Tensor {
  /// The patterns `[heads, n, n]` of a stack `[layers, heads, n, n]`.
  package var layers: [Tensor] {
    (0..<shape[0]).map { slices($0..<$0 + 1).reshaped(Array(shape.dropFirst())) }
  }

  /// True when all values are finite and at least 0.
  fileprivate var isFiniteAndNotNegative: Bool {
    withSpan { values in
      // The top bit is set in what is negative, and carried into by what is not finite. Adding 0
      // turns −0 into 0. Nothing but bits, so that the loop becomes one of vectors.
      var invalid: UInt32 = 0
      for index in values.indices {
        let bits = (values[index] + 0).bitPattern
        invalid |= bits | (bits &+ (1 << 23))
      }
      return invalid >> 31 == 0
    }
  }
}
