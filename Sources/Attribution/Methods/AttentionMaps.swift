import Models
import Tensors
import Values

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
