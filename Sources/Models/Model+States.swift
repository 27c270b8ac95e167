import Tensors

extension Model {
  /// The word embeddings of an input before positions are added, `[tokens, width]`.
  package func embeddings(_ input: Input, _ execution: Execution) throws(AssayError) -> Tensor {
    try require(.embeddings, for: "embeddings")
    var request = Request()
    request.keep = [.embedding]
    guard let value = try run([input], request, execution).value(.embedding, sequence: 0) else {
      throw AssayError(
        .unsupported, "embedding", expected: "a model whose inputs are embedded",
        found: "the \(card.family) model")
    }
    return value
  }

  /// The residual stream entering every block and as the head reads it (after the norm that ends
  /// the network, where there is one), `layers + 1` arrays of `[tokens, width]`.
  package func hiddenStates(
    _ input: Input, execution: Execution = Execution()
  ) throws(AssayError) -> [Tensor] {
    try require(.states, for: "hidden_states")
    try validate(input)
    let sites = (0..<card.layers).map { Site.block($0, .input) } + [.final]
    var request = Request()
    request.keep = Set(sites)
    let run = try run([input], request, execution)
    return sites.compactMap { run.value($0, sequence: 0) }
  }

  /// The attention of every layer after softmax, `[heads, queries, keys]` each.
  package func attention(
    _ input: Input, execution: Execution = Execution()
  ) throws(AssayError) -> [Tensor] {
    try require(.patterns, for: "attention")
    try validate(input)
    let sites = (0..<card.layers).map(Site.pattern)
    var request = Request()
    request.keep = Set(sites)
    let run = try run([input], request, execution)
    return sites.compactMap { run.value($0, sequence: 0) }
  }

  /// The pooled state of every input, `[sequences, width]`.
  package func embed(
    _ inputs: [Input], execution: Execution = Execution()
  ) throws(AssayError) -> Tensor {
    let isBare = !card.capabilities.contains(.classifier)
    try require(isBare ? .states : .tape, for: "embed")
    try validate(inputs)
    let chunks = chunks(of: inputs, execution)
    let parts = try inPieces(chunks, execution, "embedding") {
      chunk, execution throws(AssayError) in
      var request = Request()
      request.keep = [.pooled]
      let run = try run(Array(inputs[chunk]), request, execution)
      return (0..<chunk.count).compactMap {
        run.value(.pooled, sequence: $0)?.reshaped([1, card.width])
      }
    }.flatMap { $0 }
    return parts.isEmpty ? .zeros([0, card.width]) : .concatenated(parts)
  }

  /// The gradient of the target's output with respect to a site, in the site's shape.
  package func gradient(
    _ input: Input, target: Target? = nil, at site: Site = .embedding, output: Output = .logit,
    execution: Execution = Execution()
  ) throws(AssayError) -> (gradient: Tensor, target: Target) {
    let result = try gradients(
      input, target: target, at: [site], output: output, execution: execution)
    return (result.gradients[0], result.target)
  }

  /// The gradients of the target's output with respect to several sites, each in its site's shape, by
  /// one pass forward and one backward.
  /// - Throws: `option` for a site that the model does not have and for a target that does not exist,
  ///   `unsupported` for a model without a head, `input` for tokens that do not fit.
  package func gradients(
    _ input: Input, target: Target? = nil, at sites: [Site], output: Output = .logit,
    execution: Execution = Execution()
  ) throws(AssayError) -> (gradients: [Tensor], target: Target) {
    for site in sites { try require(site.neededToDifferentiate, for: "gradient") }
    try validate(input)
    // The embedding of a model that only tells its gradient is no site of its own.
    if card.capabilities.contains(.embeddings) { for site in sites { try validate(site) } }
    guard card.capabilities.contains(.classifier) else {
      throw AssayError(
        .unsupported, "gradient", expected: "a model with a classification head",
        found: "the bare \(card.family) encoder")
    }
    let chosen: Target
    if let target {
      chosen = target
    } else {
      chosen = .label(card.predicted(try predict([input], execution: execution).logits(0)))
    }
    try chosen.validate(labels: card.scoreCount)
    if let told = try toldGradient(input, chosen, output) {
      return (sites.map { _ in told }, chosen)
    }
    let result = try gradients([input], targets: [chosen], output: output, at: sites, execution)
    return (result[0].gradients, chosen)
  }

  /// The gradient that the maker of a black box gives; nil for a network that is differentiated here.
  /// - Throws: `unsupported` for another output than the logit: what is told is told of one.
  package func toldGradient(
    _ input: Input, _ target: Target, _ output: Output
  ) throws(AssayError) -> Tensor? {
    guard !card.capabilities.contains(.embeddings) else { return nil }
    guard output == .logit else {
      throw AssayError(
        .unsupported, "output", expected: "\"logit\", which a gradient from outside is taken for",
        found: "\"\(output.rawValue)\"")
    }
    return try network.inputGradient(input, target)
  }
}
