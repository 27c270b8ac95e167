import Models
import Tensors
import Values

/// The score's change from a baseline, shared out by finite differences instead of gradients.
package struct DeepLift: Method {
  package let info = MethodInfo(
    name: "deep_lift",
    summary: "each token's share of the score's change from a baseline, in one backward pass",
    formula: "e_t = Σ_d (E_td − E'_td) m_td, m from the rescale rule: Δy/Δx through activations, "
      + "products at the mean of input and baseline, softmax by logarithmic means, layer norm as a "
      + "product of centring and rescaled deviation",
    source: "Shrikumar et al. 2017, §3.5.1; products as in Shapley's two-player game",
    cost: "3 forward passes, 2 backward passes",
    sumsTo: "f_c(input) − f_c(baseline)", signed: true, needs: [.tape, .classifier],
    options: [.baselines])

  package func scores(_ question: Question, _ options: Options) throws(AssayError) -> Scores {
    let (model, execution) = (question.model, question.execution)
    let embedding = try model.embeddings(question.input, execution)
    let baseline = try question.baseline(options["baselines"], embedding)
    var request = Request()
    request.embeddings = .concatenated([embedding, baseline])
    request.differentiate = [.embedding]
    request.replacesPullbacks = true
    // A kept pattern is computed by itself, and the rules need it.
    request.keep = Set((0..<model.card.layers).map(Site.pattern))
    let run = try model.run([question.input, question.input], request, execution)
    let logits = run.output.value
    let rows = (0..<2).map { logits.slices($0..<$0 + 1).scalars }
    let cotangent = model.card.cotangent(question.target, .logit, logits: rows[0])
    let multipliers = try run.gradients(
      cotangent: Tensor(cotangent + cotangent.map { _ in 0 }, shape: logits.shape),
      to: [.embedding], rules: DeepLiftRules.all)[0]
    let products = embedding.adding(baseline.scaled(by: -1, execution), execution)
      .multipliedElements(by: multipliers.slices(0..<question.input.count), execution)
    var result = Scores(
      question.positions.map { products.rowSum($0) }, cost: Cost(forwards: 3, backwards: 2))
    let ends = rows.map { model.card.value(question.target, .logit, logits: $0) }
    let everywhere = (0..<question.input.count).reduce(0.0) { $0 + Double(products.rowSum($1)) }
    let gap = ends[0] - ends[1]
    result.convergenceDelta = everywhere - gap
    result.proof = [
      Proof(
        "completeness gap, relative", value: abs(everywhere - gap) / max(abs(gap), 1e-3),
        tolerance: 1e-2)
    ]
    return result
  }
}
