import Models
import Tensors
import Values

/// The gradient averaged over noisy copies of the input, and its size at each token.
package struct SmoothGrad: Method {
  package let info = MethodInfo(
    name: "smoothgrad",
    summary: "how strongly the score reacts to each token, averaged over noisy copies of the text",
    formula:
      "ḡ = mean_i ∂f_c/∂E at E + ε_i, ε_i ~ N(0, (stdevs · (max E − min E))²); e_t = ‖ḡ_t‖₂; "
      + "standard errors from 20 groups of samples, to first order",
    source: "Smilkov et al. 2017", cost: "n_samples + 3 forward, n_samples + 1 backward passes",
    signed: false, needs: [.embeddings, .classifier],
    options: [
      OptionSpec("n_samples", .integer(2...100_000), default: .integer(50), "noisy copies"),
      OptionSpec(
        "stdevs", .number(0...100), default: .number(0.15),
        "the noise's standard deviation, as a share of the range of the embedding's numbers"),
      .norm, .output,
    ])

  package func scores(_ question: Question, _ options: Options) throws(AssayError) -> Scores {
    let samples = options.integer("n_samples")
    let (embedding, _, proof, cost) = try question.provenGradient(options.output)
    let numbers = embedding.scalars
    let range = Double((numbers.max() ?? 0) - (numbers.min() ?? 0))
    let deviation = options.number("stdevs") * range
    let source = question.execution.random(info.name)
    // Sample i belongs to group i mod 20: means of groups show the spread without keeping samples.
    let groups = min(samples, 20)
    var sums = Array(repeating: [Double](repeating: 0, count: embedding.count), count: groups)
    try question.gradients(points: samples, options.output, "adding noise") { sample in
      var draw = source.draw(sample)
      return embedding.addingNoise(deviation, &draw)
    } use: { sample, gradient in
      gradient.withSpan { values in
        for index in 0..<values.count { sums[sample % groups][index] += Double(values[index]) }
      }
    }
    let norm = Norm(options)
    let width = embedding.shape[1]
    var scores: [Float] = []
    var errors: [Float] = []
    for position in question.positions {
      let row = position * width..<(position + 1) * width
      let mean = row.map { index in sums.reduce(0) { $0 + $1[index] } / Double(samples) }
      var spread = Moments(count: 1)
      for (group, sum) in sums.enumerated() {
        let share = Double((samples - group + groups - 1) / groups)
        let change = zip(row, mean).map { sum[$0] / share - $1 }
        spread.add([norm.slope(mean, along: change)])
      }
      scores.append(Float(norm(mean)))
      errors.append(Float(spread.standardErrors[0]))
    }
    var result = Scores(scores, cost: cost + Cost(forwards: samples, backwards: samples))
    result.standardErrors = errors
    result.proof = [proof]
    return result
  }
}
