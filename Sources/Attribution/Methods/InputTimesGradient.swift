import Models
import Tensors
import Values

/// The gradient at each token's embedding, times that embedding.
package struct InputTimesGradient: Method {
  package let info = MethodInfo(
    name: "input_x_gradient",
    summary: "the first-order change of the score if each token's embedding went to zero",
    formula: "e_t = Σ_d E_td ∂f_c/∂E_td", source: "Kindermans et al. 2016; Denil et al. 2014",
    cost: "3 forward passes, 1 backward pass", signed: true, needs: [.embeddings, .classifier],
    options: [.output])

  package func scores(_ question: Question, _ options: Options) throws(AssayError) -> Scores {
    let (embedding, gradient, proof, cost) = try question.provenGradient(options.output)
    let products = embedding.multipliedElements(by: gradient, question.execution)
    var result = Scores(question.positions.map { products.rowSum($0) }, cost: cost)
    result.proof = [proof]
    return result
  }
}

extension Tensor {
  /// The sum of one row, in double precision.
  func rowSum(_ row: Int) -> Float {
    Float(slices(row..<row + 1).scalars.reduce(0.0) { $0 + Double($1) })
  }
}
