import Models
import Tensors
import Values

/// Contributions measured by how close each token's vector comes to the block's output, rolled out.
package struct ALTI: Method {
  package let info = MethodInfo(
    name: "alti",
    summary: "how much of each token reaches the read-out when vectors are traced to the input",
    formula:
      "C_l[i,j] = max(0, ‖y_i‖₁ − ‖y_i − T_i(x_j)‖₁), rows normalised, T_i(x_j) what token j "
      + "adds to y_i through attention, stream and norm; e = (C_L ⋯ C_1)[read-out]",
    source:
      "Ferrando et al. 2022; the value's bias stays with its token, as in Kobayashi et al. 2020",
    cost: "2 forward passes, and n² · heads · width products a layer",
    sumsTo: "1 minus the mass on special tokens", tracing: .traced, signed: false,
    needs: [.mixing, .squarePattern, .residualStream], options: [])

  package func scores(_ question: Question, _ options: Options) throws(AssayError) -> Scores {
    let (layers, count) = (question.model.card.layers, question.input.count)
    try Rollout.requireMemory(maps: layers, count: count)
    var maps: [[Double]] = []
    let states = try question.model.hiddenStates(question.input, execution: question.execution)
    for layer in 0..<layers {
      maps.append(try map(question, layer, entering: states[layer]))
      try question.execution.report(Double(layer + 1) / Double(layers), "measuring contributions")
    }
    let row = Rollout(maps: maps, count: count).row(question.readOutWeights)
    var result = Scores(question.positions.map { Float(row[$0]) }, cost: Cost(forwards: 2))
    // What reaches a position from itself is its own stream for the most part.
    result.attention = AttentionRow(row, residual: 1, readOut: question.readOutWeights)
    result.proof = [.rowSumsToOne(maps, count: count)]
    return result
  }

  package func scope(_ question: Question, _ options: Options) -> AttentionScope? {
    .all(of: question.model.card)
  }

  /// The contribution matrix of one block, `[query · key]`.
  private func map(
    _ question: Question, _ layer: Int, entering stream: Tensor
  ) throws(AssayError) -> [Double] {
    var contributions = try question.contributions(layer, entering: stream)
    contributions.joinsStream = true
    contributions.normalizes = true
    let (count, width) = (question.input.count, question.model.card.width)
    let outputs = contributions.outputs
    var map = [Double](repeating: 0, count: count * count)
    for key in 0..<count {
      let vectors = contributions.vectors(from: key)
      outputs.withSpan { y in
        vectors.withSpan { t in
          for query in 0..<count {
            var near = 0.0
            for index in query * width..<(query + 1) * width {
              near += abs(Double(y[index])) - abs(Double(y[index]) - Double(t[index]))
            }
            map[query * count + key] = max(0, near)
          }
        }
      }
      try question.execution.checkCancellation()
    }
    return map.normalizingRows(count)
  }
}

extension [Double] {
  /// Rows that sum to one; a row of zeros becomes that of the identity.
  func normalizingRows(_ count: Int) -> [Double] {
    var map = self
    for row in 0..<count {
      let range = row * count..<(row + 1) * count
      let sum = map[range].reduce(0, +)
      if sum > 0 { for index in range { map[index] /= sum } } else { map[row * count + row] = 1 }
    }
    return map
  }
}

extension Proof {
  /// How far the rows of square maps are from summing to one.
  static func rowSumsToOne(_ maps: [[Double]], count: Int) -> Proof {
    let worst = maps.flatMap { map in
      (0..<count).map { row in abs(map[row * count..<(row + 1) * count].reduce(-1, +)) }
    }.max()
    return Proof("contribution rows sum to one", value: worst ?? 0, tolerance: 1e-9)
  }
}
