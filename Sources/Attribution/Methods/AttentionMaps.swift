import Models
import Tensors

/// How several heads become one map.
package enum HeadFusion: Sendable, Equatable {
  case mean, maximum, minimum
  case head(Int)

  static let spec = OptionSpec(
    "head_fusion", .choiceOrInteger(["mean", "max", "min"], 0...1023), default: .text("mean"),
    "how heads become one map: mean, max, min, or the number of one head")

  init(_ value: OptionValue, heads: Int) throws(AssayError) {
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

  /// The heads that enter the map; nil means all.
  var heads: [Int]? {
    if case .head(let head) = self { return [head] }
    return nil
  }

  /// `[heads, queries, keys]` fused to `[queries · keys]`, in double precision, heads ascending.
  package func callAsFunction(_ pattern: Tensor) -> [Double] {
    let heads = pattern.shape[0]
    let each = pattern.shape[1] * pattern.shape[2]
    if case .head(let head) = self {
      return pattern.slices(head..<head + 1).scalars.map(Double.init)
    }
    return pattern.withSpan { values in
      (0..<each).map { index in
        var fused = Double(values[index])
        for head in 1..<max(heads, 1) {
          let next = Double(values[head * each + index])
          switch self {
          case .mean, .head: fused += next
          case .maximum: fused = max(fused, next)
          case .minimum: fused = min(fused, next)
          }
        }
        return self == .mean ? fused / Double(heads) : fused
      }
    }
  }
}

extension OptionSpec {
  /// Which block a method looks at.
  static let layer = OptionSpec(
    "layer", .integer(-1024...1023), default: .integer(-1),
    "the layer, counted from the end when negative")
}

extension Question {
  /// The attention patterns of some layers, `[heads, queries, keys]` each, from one forward pass.
  package func patterns(_ layers: [Int]) throws(AssayError) -> [Tensor] {
    let sites = layers.map(Site.pattern)
    let prediction = try model.predict([input], keep: sites, execution: execution)
    return sites.compactMap { prediction.kept[$0]?.first }
  }

  /// How much of each row of attention the head reads: one row, or all rows alike.
  package var readOutWeights: [Double] {
    let count = input.count
    guard let row = model.card.readOut.row(of: input) else {
      return Array(repeating: 1 / Double(count), count: count)
    }
    return (0..<count).map { $0 == row ? 1 : 0 }
  }

  /// The row of a square map that the head reads; the mean row where it reads every row.
  func readOut(_ map: [Double]) -> [Double] {
    Rollout(maps: [map], count: input.count).row(readOutWeights)
  }

  /// The share of a row's mass that falls on positions that are not explained; nil without mass.
  func sinkMass(_ row: [Double]) -> Double? {
    let total = row.reduce(0, +)
    return total > 0 ? max(0, 1 - positions.reduce(0) { $0 + row[$1] } / total) : nil
  }

  /// The layer of an option that counts from the end when negative.
  func layer(_ index: Int) throws(AssayError) -> Int {
    let layers = model.card.layers
    let layer = index < 0 ? layers + index : index
    guard (0..<layers).contains(layer) else {
      throw AssayError(
        .option, "layer", expected: "a layer in -\(layers)..<\(layers)", found: "\(index)")
    }
    return layer
  }
}

extension Proof {
  /// How far the rows of attention patterns are from summing to one.
  static func rowsSumToOne(_ patterns: [Tensor]) -> Proof {
    let worst = patterns.map { pattern in
      let keys = pattern.shape[2]
      return pattern.withSpan { values in
        stride(from: 0, to: values.count, by: keys).reduce(0.0) { worst, start in
          max(worst, abs((start..<start + keys).reduce(-1.0) { $0 + Double(values[$1]) }))
        }
      }
    }.max()
    return Proof("attention rows sum to one", value: worst ?? 0, tolerance: 1e-5)
  }
}
