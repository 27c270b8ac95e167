import Models
import Tensors
import Values

/// The size of the gradient at each token's embedding.
package struct Saliency: Method {
  package let info = MethodInfo(
    name: "saliency", summary: "how strongly the score reacts to a small change of each token",
    formula: "e_t = ‖∂f_c/∂E_t‖₂; norm=\"l1\": Σ_d |·|; norm=\"sum\": Σ_d ·",
    source: "Simonyan et al. 2014; Li et al. 2016", cost: "3 forward passes, 1 backward pass",
    signed: false, needs: [.inputGradient, .classifier], options: [.norm, .output])

  package func scores(_ question: Question, _ options: Options) throws(AssayError) -> Scores {
    let norm = Norm(options)
    if let told = try question.model.toldGradient(
      question.input, question.target, options.output)
    {
      // One pass each way, as far as can be known from here.
      return Scores(
        question.positions.map { Float(norm(told.row($0))) }, cost: Cost(forwards: 1, backwards: 1))
    }
    let (_, gradient, proof, cost) = try question.provenGradient(options.output)
    let scores = question.positions.map { Float(norm(gradient.row($0))) }
    var result = Scores(scores, cost: cost)
    result.proof = [proof]
    return result
  }
}

/// How a token's gradient becomes one number.
enum Norm: String, Sendable {
  case l2, l1, sum

  init(_ options: Options) { self = Norm(rawValue: options.text("norm")) ?? .l2 }

  /// The number of a row.
  func callAsFunction(_ row: [Double]) -> Double {
    switch self {
    case .l2: row.reduce(0) { $0 + $1 * $1 }.squareRoot()
    case .l1: row.reduce(0) { $0 + abs($1) }
    case .sum: row.reduce(0, +)
    }
  }

  /// The change of the number along `change`, at the row: its derivative.
  func slope(_ row: [Double], along change: [Double]) -> Double {
    switch self {
    case .l2:
      let size = self(row)
      return size > 0 ? zip(row, change).reduce(0) { $0 + $1.0 * $1.1 } / size : 0
    case .l1: return zip(row, change).reduce(0) { $0 + ($1.0 < 0 ? -$1.1 : $1.1) }
    case .sum: return change.reduce(0, +)
    }
  }
}

extension Tensor {
  /// One row in double precision.
  func row(_ index: Int) -> [Double] { slices(index..<index + 1).scalars.map(Double.init) }
}
