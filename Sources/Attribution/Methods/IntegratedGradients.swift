import Models
import Tensors
import Values

/// Gradients averaged along the straight line from a baseline to the input.
package struct IntegratedGradients: Method {
  package let info = MethodInfo(
    name: "integrated_gradients",
    summary: "each token's share of the score's change from a baseline to the input",
    formula: "e_t = Σ_d (E_td − E'_td) ∫₀¹ ∂f_c(E' + α(E − E'))/∂E_td dα, Gauss–Legendre",
    source: "Sundararajan et al. 2017", cost: "n_steps forward and backward passes, 2 forward",
    sumsTo: "f_c(input) − f_c(baseline)", signed: true, integratesGradients: true,
    needs: [.embeddings, .classifier],
    options: [
      OptionSpec(
        "n_steps", .integer(1...10_000), default: .integer(50), "points of the quadrature"),
      .baselines,
      OptionSpec(
        "tolerance", .number(0...Double.greatestFiniteMagnitude), default: .null,
        "double the steps (up to 10 times) until the completeness gap is below this"),
      .output,
    ])

  package func scores(_ question: Question, _ options: Options) throws(AssayError) -> Scores {
    let output = options.output
    let (embedding, _, _, first) = try question.embeddingGradient(output)
    let baseline = try question.baseline(options["baselines"], embedding)
    let ends = try question.ends(embedding, baseline, named: options["baselines"], output)
    let gap = ends.input - ends.baseline
    var steps = options.integer("n_steps")
    var cost = first + ends.cost
    let tolerance = options.optionalNumber("tolerance")
    while true {
      let scores = try pathIntegral(question, from: baseline, to: embedding, steps, output)
      cost = cost + Cost(forwards: steps, backwards: steps)
      let delta = scores.reduce(0.0) { $0 + Double($1) } - gap
      guard let tolerance, abs(delta) > tolerance, steps < options.integer("n_steps") << 10 else {
        var result = Scores(scores, cost: cost)
        result.convergenceDelta = delta
        result.proof = [
          Proof(
            "completeness gap, relative", value: abs(delta) / max(abs(gap), 1e-6), tolerance: 0.05)
        ]
        return result
      }
      steps *= 2
    }
  }

  private func pathIntegral(
    _ question: Question, from baseline: Tensor, to embedding: Tensor, _ steps: Int,
    _ output: Output
  ) throws(AssayError) -> [Float] {
    let execution = question.execution
    let line = embedding.adding(baseline.scaled(by: -1, execution), execution)
    let rule = try GaussLegendre(steps, execution)
    var sum = Array(repeating: 0.0, count: embedding.count)
    try question.gradients(points: steps, output, "integrating gradients") { point in
      baseline.adding(line.scaled(by: Float(rule.nodes[point]), execution), execution)
    } use: { point, gradient in
      gradient.withSpan { values in
        for index in sum.indices { sum[index] += rule.weights[point] * Double(values[index]) }
      }
    }
    let width = embedding.shape[1]
    return line.withSpan { difference in
      question.positions.map { position in
        Float(
          (position * width..<(position + 1) * width).reduce(0.0) {
            $0 + Double(difference[$1]) * sum[$1]
          })
      }
    }
  }
}

extension Question {
  /// The embedding at the start of the line: explained positions replaced, the others kept.
  func baseline(_ option: Value, _ embedding: Tensor) throws(AssayError) -> Tensor {
    let width = embedding.shape[1]
    let rows: Tensor
    switch option {
    case .array(let array):
      guard let given = array.tensor, given.shape == embedding.shape else {
        throw AssayError(
          .shape, "baselines", expected: "shape \(embedding.shape)", found: "\(array.shape)")
      }
      return given
    case .text("mean"):
      let mean = embedding.gatheringRows(positions).columnSums(execution)
        .scaled(by: 1 / Float(positions.count), execution).reshaped([1, width])
      rows = .concatenated(positions.map { _ in mean })
    case .text("pad"), .text("mask"), .text("unk"):
      let how: RemovalOperator =
        option == .text("pad") ? .pad : option == .text("mask") ? .mask : .unk
      if let obstacle = how.obstacle(model, input) {
        throw AssayError(
          .unsupported, "baselines", expected: "an input that \(how.rawValue) can be used on",
          found: "\(obstacle); use \"zero\" or an array")
      }
      rows = try model.embeddings(input.blanking(positions, by: how), execution)
        .gatheringRows(positions)
    default:
      rows = .zeros([positions.count, width])
    }
    return embedding.replacingRows(positions, with: rows)
  }
}
