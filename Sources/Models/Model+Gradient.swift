import Autodiff
import Tensors

/// The gradients of one input's target with respect to some sites.
package struct SiteGradients: Sendable {
  /// The differentiated value.
  package let value: Double
  package let logits: [Float]
  /// One gradient a site, in the order they were asked for, each with the shape of its site.
  package let gradients: [Tensor]
  /// The sites' values, in the same order.
  package let values: [Tensor]
}

extension Model {
  /// Gradients of the target's output with respect to sites, for a ragged batch.
  ///
  /// - Parameters:
  ///   - targets: the scalar of each input.
  ///   - embeddings: stand-ins for the embedding lookup, one `[tokens, width]` an input.
  package func gradients(
    _ inputs: [Input], targets: [Target], output: Output = .logit, at sites: [Site],
    embeddings: [Tensor] = [], interventions: [[Intervention]] = [],
    rules: PullbackRules = PullbackRules(), _ execution: Execution
  ) throws(AssayError) -> [SiteGradients] {
    let chunks = chunks(of: inputs, keeping: sites, gradients: true, execution)
    return try inPieces(chunks, execution) { chunk, execution throws(AssayError) in
      var request = Request()
      request.differentiate = Set(sites)
      request.replacesPullbacks = !rules.isEmpty
      request.interventions = interventions.isEmpty ? [] : Array(interventions[chunk])
      if !embeddings.isEmpty { request.embeddings = .concatenated(Array(embeddings[chunk])) }
      let run = try run(Array(inputs[chunk]), request, execution)
      let rows = (0..<chunk.count).map { run.output.value.slices($0..<$0 + 1).scalars }
      let cotangent = Tensor(
        zip(chunk, rows).flatMap { card.cotangent(targets[$0], output, logits: $1) },
        shape: run.output.shape)
      let gradients = try run.gradients(cotangent: cotangent, to: sites, rules: rules)
      return chunk.enumerated().map { sequence, item in
        SiteGradients(
          value: card.value(targets[item], output, logits: rows[sequence]),
          logits: rows[sequence],
          gradients: zip(sites, gradients).map { run.slice($1, like: $0, sequence: sequence) },
          values: sites.compactMap { run.value($0, sequence: sequence) })
      }
    }.flatMap { $0 }
  }
}
