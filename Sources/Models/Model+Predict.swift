import Autodiff
import Tensors

/// The scores of a batch and whatever else was asked to be kept.
package struct Prediction: Sendable {
  /// Head scores, `[sequences, labels]`.
  package let logits: Tensor
  /// Probabilities, `[sequences, labels]`; the scores themselves for a regression.
  package let probabilities: [[Double]]
  /// The kept sites, one tensor a sequence.
  package let kept: [Site: [Tensor]]

  /// The scores of one sequence.
  package func logits(_ sequence: Int) -> [Float] {
    logits.slices(sequence..<sequence + 1).scalars
  }
}

extension Model {
  /// Scores and probabilities of a ragged batch, under interventions if given.
  ///
  /// - Parameters:
  ///   - interventions: the interventions of each input; empty, or one list an input.
  ///   - keep: sites whose values are returned.
  /// - Throws: `input` for tokens that do not fit, `option` for an intervention that does not fit,
  ///   `unsupported` for a model without a head, `cancelled`.
  package func predict(
    _ inputs: [Input], interventions: [[Intervention]] = [], keep: [Site] = [],
    execution: Execution = Execution()
  ) throws(AssayError) -> Prediction {
    guard card.capabilities.contains(.classifier) else {
      throw AssayError(
        .unsupported, "predict", expected: "a model with a classification head",
        found: "the bare \(card.family) encoder; use embed or hidden_states")
    }
    try validate(inputs, interventions, keep)
    let chunks = chunks(of: inputs, keeping: keep, execution)
    let parts = try inPieces(chunks, execution, "predicting") {
      chunk, execution throws(AssayError) in
      var request = Request()
      request.keep = Set(keep)
      request.interventions = interventions.isEmpty ? [] : Array(interventions[chunk])
      let run = try run(Array(inputs[chunk]), request, execution)
      let kept = keep.map { site in
        (0..<chunk.count).compactMap { run.value(site, sequence: $0) }
      }
      return (logits: run.output.value, kept: kept)
    }
    let logits =
      parts.isEmpty ? Tensor.zeros([0, card.scoreCount]) : .concatenated(parts.map(\.logits))
    let rows = (0..<inputs.count).map { logits.slices($0..<$0 + 1).scalars }
    let kept = keep.enumerated().map { index, site in (site, parts.flatMap { $0.kept[index] }) }
    return Prediction(
      logits: logits, probabilities: rows.map(card.probabilities),
      kept: Dictionary(kept) { first, _ in first })
  }

  /// - Throws: what `predict` throws for inputs, interventions and sites that do not fit.
  package func validate(
    _ inputs: [Input], _ interventions: [[Intervention]] = [], _ sites: [Site] = []
  ) throws(AssayError) {
    for input in inputs { try validate(input) }
    guard interventions.isEmpty || interventions.count == inputs.count else {
      throw AssayError(
        .option, "interventions", expected: "one list for each of \(inputs.count) inputs",
        found: "\(interventions.count) lists")
    }
    for (input, list) in zip(inputs, interventions) {
      for intervention in list {
        try require(intervention.site?.neededToEdit ?? .edits, for: "interventions")
        if let site = intervention.site { try validate(site) }
        try intervention.validate(card, length: input.count, sources: input.sources)
      }
    }
    for site in sites { try validate(site) }
  }

  /// - Throws: `option` when the model has no such site.
  package func validate(_ site: Site) throws(AssayError) {
    guard sites.contains(site) else {
      throw AssayError(.option, "site", expected: "a site of the model", found: "\(site)")
    }
  }
}
