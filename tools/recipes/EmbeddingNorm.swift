import Models
import Tensors
import Values

/// The size of each token's embedding, whatever the model makes of it.
package struct EmbeddingNorm: Method {
  package let info = MethodInfo(
    name: "embedding_norm", summary: "how long each token's vector is before the first layer",
    formula: "e_t = ‖E_t‖₂", source: "Schakel & Wilson 2015",
    cost: "1 forward pass, 1 backward pass", signed: false,
    needs: [.embeddings, .classifier], options: [.output])

  package func scores(_ question: Question, _ options: Options) throws(AssayError) -> Scores {
    let (embedding, _, _) = try question.embeddingGradient(options.output)
    let scores = question.positions.map { position in
      Float(embedding.row(position).reduce(0) { $0 + $1 * $1 }.squareRoot())
    }
    return Scores(scores, cost: Cost(forwards: 1, backwards: 1))
  }
}
