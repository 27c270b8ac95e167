import Models
import Tensors
import Values

/// The gradient at a value inside the network, one number a token.
package struct HiddenGradient: Method {
  package let info = MethodInfo(
    name: "hidden_gradient",
    summary: "how strongly the score reacts to a change of each token's value inside the network",
    formula: "e_t = ‖∂f_c/∂h_t‖₂ of the site's row t; of a pattern, all heads' weights of key t; "
      + "multiply_by_inputs: h ⊙ ∂f_c/∂h before the norm",
    source:
      "Simonyan et al. 2014, at hidden layers; Shrikumar et al. 2017 (layer gradient × activation)",
    cost: "3 forward passes, 1 backward pass", signed: false, needs: [.states, .classifier],
    options: [
      .layer,
      OptionSpec(
        "place", .choice(["embedding"] + Site.Place.allCases.map(\.rawValue)),
        default: .text("input"), "which value of the layer; embedding has no layer"),
      OptionSpec(
        "multiply_by_inputs", .bool, default: .bool(false), "multiply the gradient by the value"),
      .norm, .output,
    ])

  package func scores(_ question: Question, _ options: Options) throws(AssayError) -> Scores {
    let site = try site(question, options)
    let result = try question.model.gradients(
      [question.input], targets: [question.target], output: options.output,
      at: [.embedding, site], question.execution)[0]
    var gradient = result.gradients[1]
    if options.bool("multiply_by_inputs") {
      gradient = gradient.multipliedElements(by: result.values[1], question.execution)
    }
    let norm = Norm(options)
    let scores = question.positions.map { position -> Float in
      guard gradient.shape.count == 3 else { return Float(norm(gradient.row(position))) }
      let keys = gradient.shape[2]
      let column = gradient.withSpan { values in
        stride(from: position, to: values.count, by: keys).map { Double(values[$0]) }
      }
      return Float(norm(column))
    }
    var scored = Scores(scores, cost: Cost(forwards: 3, backwards: 1))
    scored.proof = [
      try question.finiteDifferenceProof(
        result.values[0], result.gradients[0], options.output)
    ]
    return scored
  }

  package func scope(_ question: Question, _ options: Options) -> AttentionScope? {
    guard let site = try? site(question, options), case .block(let layer, .pattern) = site else {
      return nil
    }
    return AttentionScope(layers: [layer])
  }

  private func site(_ question: Question, _ options: Options) throws(AssayError) -> Site {
    guard let place = Site.Place(rawValue: options.text("place")) else { return .embedding }
    let site = Site.block(try question.layer(options.integer("layer")), place)
    try question.model.validate(site)
    return site
  }
}
