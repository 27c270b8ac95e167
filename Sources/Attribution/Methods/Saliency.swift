import Models
import Tensors

/// The size of the gradient at each token's embedding.
package struct Saliency: Method {
  package let info = MethodInfo(
    name: "saliency", summary: "how strongly the score reacts to a small change of each token",
    formula: "e_t = ‖∂f_c/∂E_t‖₂; norm=\"l1\": Σ_d |·|; norm=\"sum\": Σ_d ·",
    source: "Simonyan et al. 2014; Li et al. 2016", cost: "3 forward passes, 1 backward pass",
    signed: false, needs: [.classifier],
    options: [
      OptionSpec(
        "norm", .choice(["l2", "l1", "sum"]), default: .text("l2"),
        "how a token's gradient becomes one number; sum is signed"),
      .output,
    ])

  package func scores(_ question: Question, _ options: Options) throws(AssayError) -> Scores {
    let (embedding, gradient, _) = try question.embeddingGradient(options.output)
    let norm = options.text("norm")
    let scores = question.positions.map { position -> Float in
      let row = gradient.slices(position..<position + 1).scalars.map(Double.init)
      switch norm {
      case "l1": return Float(row.reduce(0) { $0 + abs($1) })
      case "sum": return Float(row.reduce(0, +))
      default: return Float(row.reduce(0) { $0 + $1 * $1 }.squareRoot())
      }
    }
    var result = Scores(scores, cost: Cost(forwards: 3, backwards: 1))
    result.proof = [try question.finiteDifferenceProof(embedding, gradient, options.output)]
    return result
  }
}
