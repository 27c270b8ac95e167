import Models
import Tensors

/// Attention multiplied through the layers, each mixed with the residual stream.
package struct AttentionRollout: Method {
  package let info = MethodInfo(
    name: "attention_rollout",
    summary: "how much of each token reaches the read-out when attention is traced to the input",
    formula:
      "R = Ã_L ⋯ Ã_1 with Ã_l = (1 − r) fuse_h A^l + r I, rows renormalised; e = R[read-out]",
    source: "Abnar & Zuidema 2020", cost: "1 forward pass",
    sumsTo: "1 minus the mass on special tokens", signed: false,
    needs: [.attention, .squarePattern, .residualStream],
    options: [
      HeadFusion.spec,
      OptionSpec(
        "residual", .number(0...1), default: .number(0.5),
        "the weight of the residual stream in every layer"),
    ])

  package func scores(_ question: Question, _ options: Options) throws(AssayError) -> Scores {
    let card = question.model.card
    let fusion = try HeadFusion(options["head_fusion"], heads: card.heads)
    let patterns = try question.patterns(Array(0..<card.layers))
    let rollout = Rollout(patterns, fusion: fusion, residual: options.number("residual"))
    let row = rollout.row(question.readOutWeights)
    var result = Scores(question.positions.map { Float(row[$0]) }, cost: Cost(forwards: 1))
    result.sinkMass = max(0, 1 - question.positions.reduce(0) { $0 + row[$1] })
    result.proof = [.rowsSumToOne(patterns)]
    return result
  }

  package func scope(_ question: Question, _ options: Options) -> AttentionScope? {
    let card = question.model.card
    guard let fusion = try? HeadFusion(options["head_fusion"], heads: card.heads) else {
      return nil
    }
    return AttentionScope(layers: Array(0..<card.layers), heads: fusion.heads)
  }
}

/// The product of one map a layer; sums run in double precision, ascending.
package struct Rollout: Sendable {
  /// The maps, layer 0 first, `[n · n]` each.
  package let mixed: [[Double]]
  package let count: Int

  /// The product of maps that are used as they are.
  /// - Precondition: every map has `count · count` entries.
  package init(maps: [[Double]], count: Int) {
    precondition(maps.allSatisfy { $0.count == count * count }, "square maps of one size")
    mixed = maps
    self.count = count
  }

  /// Attention mixed with the residual stream: rows that sum to one.
  /// - Precondition: every pattern is `[heads, n, n]` with the same n.
  package init(_ patterns: [Tensor], fusion: HeadFusion, residual: Double) {
    let n = patterns.first?.shape[1] ?? 0
    precondition(
      patterns.allSatisfy { $0.shape[1] == n && $0.shape[2] == n }, "square patterns of one size")
    count = n
    mixed = patterns.map { pattern in
      var map = fusion(pattern).map { $0 * (1 - residual) }
      for row in 0..<n {
        map[row * n + row] += residual
        let sum = map[row * n..<(row + 1) * n].reduce(0, +)
        if sum > 0 { for column in 0..<n { map[row * n + column] /= sum } }
      }
      return map
    }
  }

  /// One row of the product, last layer leftmost.
  package func row(_ index: Int) -> [Double] {
    var vector = [Double](repeating: 0, count: count)
    vector[index] = 1
    return row(vector)
  }

  /// A weighted sum of rows of the product: a vector carried down through the layers.
  package func row(_ weights: [Double]) -> [Double] {
    var vector = weights
    for map in mixed.reversed() {
      var next = [Double](repeating: 0, count: count)
      for (row, weight) in vector.enumerated() where weight != 0 {
        for column in 0..<count { next[column] += weight * map[row * count + column] }
      }
      vector = next
    }
    return vector
  }

  /// The whole product, `[n · n]`.
  package var matrix: [Double] { (0..<count).flatMap(row) }
}
