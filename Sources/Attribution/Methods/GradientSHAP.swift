import Models
import Tensors
import Values

/// Gradients at random points between a baseline and the input: expected gradients.
package struct GradientSHAP: Method {
  package let info = MethodInfo(
    name: "gradient_shap",
    summary: "each token's expected share of the score's change from a baseline to the input",
    formula: "e_t = mean_i Σ_d (Ê_td − E'_td) ∂f_c/∂E_td at E' + α_i(Ê − E'), α_i ~ U[0, 1), "
      + "Ê = E + N(0, stdevs²); draw i gives α_i, then the noise",
    source: "Erion et al. 2021; Lundberg & Lee 2017",
    cost: "n_samples + 3 forward, n_samples + 1 backward passes",
    sumsTo: "f_c(input) − f_c(baseline), in expectation", signed: true, integratesGradients: true,
    needs: [.embeddings, .classifier],
    options: [
      OptionSpec("n_samples", .integer(2...100_000), default: .integer(50), "random points"),
      OptionSpec(
        "stdevs", .number(0...100), default: .number(0),
        "the standard deviation of noise added to the input's embedding"),
      .baselines, .output,
    ])

  package func scores(_ question: Question, _ options: Options) throws(AssayError) -> Scores {
    let (execution, output) = (question.execution, options.output)
    let samples = options.integer("n_samples")
    let (embedding, _, _, first) = try question.embeddingGradient(output)
    let baseline = try question.baseline(options["baselines"], embedding)
    let ends = try question.ends(embedding, baseline, named: options["baselines"], output)
    let opposite = baseline.scaled(by: -1, execution)
    let source = execution.random(info.name)
    /// The line from the baseline to the noisy input, and how far along it the point is.
    func line(_ sample: Int) -> (line: Tensor, alpha: Float) {
      var draw = source.draw(sample)
      let alpha = Float(draw.uniform())
      let noisy = embedding.addingNoise(options.number("stdevs"), &draw)
      return (noisy.adding(opposite, execution), alpha)
    }
    var moments = Moments(count: question.positions.count)
    try question.gradients(points: samples, output, "sampling gradients") { sample in
      let (line, alpha) = line(sample)
      return baseline.adding(line.scaled(by: alpha, execution), execution)
    } use: { sample, gradient in
      let products = line(sample).line.multipliedElements(by: gradient, execution)
      moments.add(question.positions.map { products.row($0).reduce(0, +) })
    }
    var result = Scores(
      moments.means.map { Float($0) },
      cost: first + ends.cost + Cost(forwards: samples, backwards: samples))
    result.standardErrors = moments.standardErrors.map { Float($0) }
    result.convergenceDelta = moments.means.reduce(0, +) - (ends.input - ends.baseline)
    return result
  }
}
