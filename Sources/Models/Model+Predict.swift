import Autodiff
import Tensors

/// The scores of a batch and whatever else was asked to be kept.
public struct Prediction: Sendable {
  /// Head scores, `[sequences, labels]`.
  public let logits: Tensor
  /// Probabilities, `[sequences, labels]`; the scores themselves for a regression.
  public let probabilities: [[Double]]
  /// The kept sites, one tensor a sequence.
  public let kept: [Site: [Tensor]]

  /// The scores of one sequence.
  public func logits(_ sequence: Int) -> [Float] {
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
  public func predict(
    _ inputs: [Input], interventions: [[Intervention]] = [], keep: [Site] = [],
    execution: Execution = Execution()
  ) throws(AssayError) -> Prediction {
    guard card.capabilities.contains(.classifier) else {
      throw AssayError(
        .unsupported, "predict", expected: "a model with a classification head",
        found: "the bare \(card.family) encoder; use embed or hidden_states")
    }
    try validate(inputs, interventions, keep)
    var parts: [Tensor] = []
    var kept: [Site: [Tensor]] = Dictionary(uniqueKeysWithValues: keep.map { ($0, []) })
    for chunk in chunks(of: inputs, keeping: keep, execution) {
      var request = Request()
      request.keep = Set(keep)
      request.interventions = interventions.isEmpty ? [] : Array(interventions[chunk])
      let run = try run(Array(inputs[chunk]), request, execution)
      parts.append(run.output.value)
      for site in keep {
        kept[site]?.append(
          contentsOf: (0..<chunk.count).compactMap { run.value(site, sequence: $0) })
      }
      try execution.report(Double(chunk.upperBound) / Double(inputs.count), "predicting")
    }
    let logits = parts.isEmpty ? Tensor.zeros([0, card.scoreCount]) : .concatenated(parts)
    let rows = (0..<inputs.count).map { logits.slices($0..<$0 + 1).scalars }
    return Prediction(
      logits: logits, probabilities: rows.map(card.probabilities), kept: kept)
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
    if interventions.contains(where: { !$0.isEmpty }) { try require(.inside, for: "interventions") }
    for (input, list) in zip(inputs, interventions) {
      for intervention in list {
        if let site = intervention.site { try validate(site) }
        try intervention.validate(card, length: input.count)
      }
    }
    for site in sites { try validate(site) }
  }

  /// - Throws: `option` when the model has no such site.
  package func validate(_ site: Site) throws(AssayError) {
    guard sites.contains(site) else {
      throw AssayError(
        .option, "site", expected: "one of model.sites()", found: "\(site)")
    }
  }

  /// Runs of consecutive inputs whose intermediate values fit the memory budget, and the
  /// processor's caches where that leaves `Pieces.tokens` for a thread. Results do not depend on
  /// where the cuts fall.
  package func chunks(
    of inputs: [Input], keeping: [Site] = [], gradients: Bool = false, _ execution: Execution
  ) -> [Range<Int>] {
    let perToken = 4 * card.width * (gradients ? 24 * card.layers : 16)
    let perPair = 4 * card.heads * (gradients || !keeping.isEmpty ? 3 * card.layers : 2)
    let threads = execution.parallel.threads
    var result: [Range<Int>] = []
    var (start, bytes, tokens) = (0, 0, 0)
    for (index, input) in inputs.enumerated() {
      let need = input.count * perToken + input.count * input.count * perPair
      let ample = tokens >= Pieces.tokens * threads && bytes + need > Pieces.bytes * threads
      if index > start, ample || bytes + need > execution.memoryBudget {
        result.append(start..<index)
        (start, bytes, tokens) = (index, 0, 0)
      }
      bytes += need
      tokens += input.count
    }
    if start < inputs.count { result.append(start..<inputs.count) }
    return result
  }
}

/// Where a long list of inputs is cut, for each thread. Intermediate values that leave the caches
/// cost page faults and memory traffic: on the demo model 1,500 short inputs ran a tenth faster in
/// pieces of 16 MiB than in one of 300, and took a quarter of the memory. Products of fewer rows
/// than `tokens` are slower instead.
private enum Pieces {
  static let bytes = 16 << 20
  static let tokens = 512
}
