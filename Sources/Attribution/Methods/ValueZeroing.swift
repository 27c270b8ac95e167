import Models
import Tensors
import Values

/// How far each position's state moves when a token's value is zeroed, rolled out.
package struct ValueZeroing: Method {
  package let info = MethodInfo(
    name: "value_zeroing",
    summary: "how much of each token reaches the read-out, measured by silencing its value vectors",
    formula: "C_l[i,j] = 1 − cos(x_i, x_i with v_j = 0 in every head of block l), rows normalised; "
      + "e = (C_L ⋯ C_1)[read-out]",
    source: "Mohebbi et al. 2023", cost: "2 forward passes, then each block once a token",
    sumsTo: "1 minus the mass on special tokens", tracing: .traced, signed: false,
    needs: [.mixing, .squarePattern, .residualStream], options: [])

  package func scores(_ question: Question, _ options: Options) throws(AssayError) -> Scores {
    let (layers, count) = (question.model.card.layers, question.input.count)
    guard question.model.network.places.contains(.value) else {
      throw AssayError(
        .unsupported, "method value_zeroing", expected: "a model with value vectors",
        found: "the \(question.model.card.family) model")
    }
    try Rollout.requireMemory(maps: layers, count: count)
    var maps: [[Double]] = []
    let states = try question.model.hiddenStates(question.input, execution: question.execution)
    for layer in 0..<layers {
      maps.append(try map(question, layer, entering: states[layer], leaving: states[layer + 1]))
      try question.execution.report(Double(layer + 1) / Double(layers), "zeroing values")
    }
    let row = Rollout(maps: maps, count: count).row(question.readOutWeights)
    var result = Scores(
      question.positions.map { Float(row[$0]) }, cost: Cost(forwards: 2 + count))
    result.attention = AttentionRow(row)
    result.proof = [.rowSumsToOne(maps, count: count)]
    return result
  }

  package func scope(_ question: Question, _ options: Options) -> AttentionScope? {
    .all(of: question.model.card)
  }

  /// The row-normalised distances of one block, `[query · key]`.
  private func map(
    _ question: Question, _ layer: Int, entering stream: Tensor, leaving states: Tensor
  ) throws(AssayError) -> [Double] {
    let (model, input, execution) = (question.model, question.input, question.execution)
    let count = input.count
    let (values, output) = (Site.block(layer, .value), Site.block(layer, .output))
    var request = Request()
    request.keep = [values]
    request.resume = (layer, stream)
    request.stop = layer + 1
    let width = try model.run([input], request, execution).captured[values]?.shape[1] ?? 0
    let silence = Tensor.zeros([1, width])
    var map = [Double](repeating: 0, count: count * count)
    let copies = Array(repeating: input, count: count)
    for chunk in model.chunks(of: copies, execution) {
      var edited = Request()
      edited.keep = [output]
      edited.resume = (layer, .concatenated(chunk.map { _ in stream }))
      edited.stop = layer + 1
      edited.interventions = chunk.map {
        [Intervention(.patch(silence), keys: [$0], site: values)]
      }
      try execution.checkCancellation()
      let silenced = try model.run(Array(copies[chunk]), edited, execution)
      for (sequence, key) in chunk.enumerated() {
        guard let moved = silenced.value(output, sequence: sequence) else { continue }
        for (query, distance) in cosineDistances(states, moved).enumerated() {
          map[query * count + key] = distance
        }
      }
    }
    return map.normalizingRows(count)
  }

  /// 1 − cos of the rows of two matrices, at least 0; 1 where only one of them is zero.
  private func cosineDistances(_ a: Tensor, _ b: Tensor) -> [Double] {
    let width = a.shape[1]
    return a.withSpan { a in
      b.withSpan { b in
        (0..<a.count / width).map { row in
          var (product, first, second) = (0.0, 0.0, 0.0)
          for index in row * width..<(row + 1) * width {
            let (x, y) = (Double(a[index]), Double(b[index]))
            product += x * y
            first += x * x
            second += y * y
          }
          guard first > 0, second > 0 else { return first == second ? 0 : 1 }
          return max(0, 1 - product / (first * second).squareRoot())
        }
      }
    }
  }
}
