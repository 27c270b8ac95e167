import Models
import Tensors
import Values

/// How several heads become one map.
package enum HeadFusion: Sendable, Equatable {
  case mean, maximum, minimum
  case head(Int)

  static let spec = OptionSpec(
    "head_fusion", .choiceOrInteger(["mean", "max", "min"], 0...1023), default: .text("mean"),
    "how heads become one map: mean, max, min, or the number of one head")

  init(_ value: Value, heads: Int) throws(AssayError) {
    switch value {
    case .text("max"): self = .maximum
    case .text("min"): self = .minimum
    case .integer(let head):
      guard head < heads else {
        throw AssayError(
          .option, "head_fusion", expected: "a head in 0..<\(heads)", found: "\(head)")
      }
      self = .head(head)
    default: self = .mean
    }
  }

  /// Whether the map is the mean of the heads that enter, one head being its own.
  var isMean: Bool {
    switch self {
    case .mean, .head: true
    case .maximum, .minimum: false
    }
  }

  /// The heads that enter the map; nil means all.
  var heads: [Int]? {
    if case .head(let head) = self { return [head] }
    return nil
  }

  /// `[heads, queries, keys]` fused to `[queries · keys]`, in double precision, heads ascending.
  package func callAsFunction(
    _ pattern: Tensor, _ execution: Execution = Execution()
  ) -> [Double] {
    pattern.withSpan { values in
      values.withUnsafeBufferPointer {
        fused(heads: pattern.shape[0], of: pattern.shape[1] * pattern.shape[2], $0, execution)
      }
    }
  }

  /// Every layer of `[layers, heads, queries, keys]` fused to `[queries · keys]`.
  func maps(ofStack stack: Tensor, _ execution: Execution) -> [[Double]] {
    let (heads, each) = (stack.shape[1], stack.shape[2] * stack.shape[3])
    return stack.withSpan { values in
      values.withUnsafeBufferPointer { values in
        (0..<stack.shape[0]).map { layer in
          let start = layer * heads * each
          return fused(
            heads: heads, of: each,
            UnsafeBufferPointer(rebasing: values[start..<start + heads * each]), execution)
        }
      }
    }
  }

  private func fused(
    heads: Int, of each: Int, _ values: UnsafeBufferPointer<Float>, _ execution: Execution
  ) -> [Double] {
    [Double](unsafeUninitializedCapacity: each) { fused, initialized in
      initialized = each
      nonisolated(unsafe) let (fused, values) = (fused, values)
      let block = 1 << 14
      execution.parallel.forEach(
        (each + block - 1) / block, nanosecondsEach: Double(block * heads) / 2
      ) { part in
        let start = part * block
        fuse(heads: heads, of: each, values, into: fused, start..<min(start + block, each))
      }
    }
  }

  /// Some of the entries.
  private func fuse(
    heads: Int, of each: Int, _ values: UnsafeBufferPointer<Float>,
    into fused: UnsafeMutableBufferPointer<Double>, _ part: Range<Int>
  ) {
    if case .head(let head) = self {
      for index in part { fused[index] = Double(values[head * each + index]) }
      return
    }
    for index in part { fused[index] = Double(values[index]) }
    for head in 1..<max(heads, 1) {
      let start = head * each
      switch self {
      case .mean, .head:
        for index in part { fused[index] += Double(values[start + index]) }
      case .maximum:
        for index in part { fused[index] = max(fused[index], Double(values[start + index])) }
      case .minimum:
        for index in part { fused[index] = min(fused[index], Double(values[start + index])) }
      }
    }
    if self == .mean, heads > 1 {
      for index in part { fused[index] /= Double(heads) }
    }
  }
}
