import Models
import Tensors
import Values

/// The read-out row of one layer's attention times its gradient.
package struct AttentionTimesGradient: Method {
  package let info = MethodInfo(
    name: "attention_times_gradient",
    summary: "the first-order change of the score if the read-out stopped attending to a token",
    formula: "e_t = fuse_h A^l[h, read-out, t] ∂f_c/∂A^l[h, read-out, t]",
    source: "Serrano & Smith 2019", cost: "3 forward passes, 1 backward pass",
    tracing: .untracedLayer, signed: true,
    needs: [.patternGradients, .classifier], options: [.layer, HeadFusion.spec, .output])

  package func scores(_ question: Question, _ options: Options) throws(AssayError) -> Scores {
    let layer = try question.layer(options.integer("layer"))
    let fusion = try HeadFusion(options["head_fusion"], heads: question.model.card.heads)
    let found = try question.patternGradients([layer], options.output)
    let pattern = found.patterns[0]
    let map = fusion(pattern.multipliedElements(by: found.gradients[0], question.execution))
    let row = pattern.shape[1] == pattern.shape[2] ? question.readOut(map) : map
    var result = Scores(
      question.positions.map { Float(row[$0]) }, cost: Cost(forwards: 3, backwards: 1))
    result.proof = [.rowsSumToOne(found.patterns), found.proof]
    return result
  }

  package func scope(_ question: Question, _ options: Options) -> AttentionScope? {
    guard let layer = try? question.layer(options.integer("layer")),
      let fusion = try? HeadFusion(options["head_fusion"], heads: question.model.card.heads)
    else { return nil }
    return AttentionScope(
      layers: [layer], heads: fusion.heads,
      queries: question.model.card.readOut.row(of: question.input).map { [$0] })
  }
}
