import Autodiff
import Kernels
import Tensors

/// A trained network, immutable and usable from several threads at once.
public struct Model: Sendable {
  package let network: any Network
  /// What is known of the model without running it.
  public let card: ModelCard
  /// What the ids of the tokenizer that belongs to the model mean; nil when it has none.
  package private(set) var vocabulary: Vocabulary?
  /// What reads texts for the model; nil when it reads ids alone.
  package private(set) var reader: (any TextReader)?
  /// Where the model came from: a path, or what its maker says.
  public let origin: String
  /// A short fingerprint of weights and configuration.
  public let fingerprint: String
  /// The precision of products with the weights of blocks. A weight that was replaced has products
  /// in float32.
  public let precision: Precision
  /// Weights that stand in for the network's own, by name.
  private var replaced: [String: Tensor] = [:]

  package init(
    network: any Network, origin: String, fingerprint: String, precision: Precision = .float32
  ) {
    self.network = network
    card = network.card
    self.origin = origin
    self.fingerprint = fingerprint
    self.precision = precision
  }

  /// The same network, its weights shared, for inputs of a tokenizer whose ids mean this.
  package func with(_ vocabulary: Vocabulary) -> Model {
    var copy = self
    copy.vocabulary = vocabulary
    return copy
  }

  /// The same network, its weights shared, for texts that are read by another reader.
  package func with(_ reader: any TextReader) -> Model {
    var copy = self
    copy.reader = reader
    copy.vocabulary = reader.vocabulary?.usable(by: card)
    return copy
  }

  /// The same network with other numbers in some of its weights, which keep their shapes.
  package func replacing(_ weights: [String: Tensor]) -> Model {
    var copy = self
    copy.replaced.merge(weights) { $1 }
    return copy
  }

  /// How many numbers the weights hold.
  public var parameterCount: Int { network.parameters.reduce(0) { $0 + $1.tensor.count } }

  /// Every site of the model, from the input upwards.
  public var sites: [Site] {
    let blocks = (0..<card.layers).flatMap { layer in
      network.places.map { Site.block(layer, $0) }
    }
    let can = card.capabilities
    return (can.contains(.tape) && card.grid != nil ? [.pixels] : [])
      + (can.contains(.embeddings) ? [.embedding] : []) + blocks
      + (can.contains(.states) ? [.final] : []) + (can.contains(.tape) ? [.pooled] : [])
      + (can.contains(.classifier) ? [.logits] : [])
  }

  /// - Throws: `unsupported` unless the model can do what is needed for `what`.
  package func require(_ needed: Capabilities, for what: String) throws(AssayError) {
    let missing = needed.subtracting(card.capabilities)
    guard missing.isEmpty else {
      throw AssayError(
        .unsupported, what, expected: "a model with " + missing.names.joined(separator: " and "),
        found: "the \(card.family) model, which has none")
    }
  }

  /// Checks that an input fits the model.
  /// - Throws: `input` naming the position, what was expected and what was found.
  package func validate(_ input: Input) throws(AssayError) {
    guard input.count > 0 else {
      throw AssayError(.input, "tokens", expected: "at least one token", found: "none")
    }
    try validateKind(input)
    if let limit = card.maximumLength, input.count > limit {
      throw AssayError(
        .input, "tokens", expected: "at most \(limit) tokens (the model's positions)",
        found: "\(input.count) tokens; shorten or truncate the text")
    }
    if let size = card.vocabularySize,
      let position = input.ids.firstIndex(where: { $0 < 0 || $0 >= size })
    {
      throw AssayError(
        .input, "token id at position \(position)", expected: "an id in 0..<\(size)",
        found: "\(input.ids[position])")
    }
    if card.typeCount > 0,
      let position = input.types.firstIndex(where: { $0 < 0 || $0 >= card.typeCount })
    {
      throw AssayError(
        .input, "token type at position \(position)", expected: "a type in 0..<\(card.typeCount)",
        found: "\(input.types[position])")
    }
    if let position = input.position, position < 0 || position >= input.count {
      throw AssayError(
        .input, "position", expected: "a position in 0..<\(input.count)", found: "\(position)")
    }
    if card.readOut == .chosen(orElse: .mask), card.readOut.row(of: input) == nil {
      throw AssayError(
        .input, "tokens", expected: "a mask token, or a position whose token is predicted",
        found: "neither")
    }
  }

  /// - Throws: `input` for a text where the model reads pictures, a picture where it reads texts, and
  ///   a picture of another size.
  private func validateKind(_ input: Input) throws(AssayError) {
    switch (card.grid, input.image) {
    case (nil, nil): return
    case (let grid?, let image?) where grid == image.grid: return
    case (let grid?, let image):
      throw AssayError(
        .input, "pixels", expected: "a picture of shape \(grid.shape)",
        found: image.map { "shape \($0.pixels.shape)" } ?? "tokens")
    case (nil, _?):
      throw AssayError(.input, "tokens", expected: "token ids", found: "a picture")
    }
  }

  /// A picture `[channels, height, width]` as an input of this model, in the scale that the model
  /// was trained on.
  /// - Throws: `unsupported` for a model that reads texts, `shape` for another size, `numeric` for
  ///   values that are not finite.
  package func input(pixels: Tensor) throws(AssayError) -> Input {
    guard let grid = card.grid else {
      throw AssayError(
        .unsupported, "pixels", expected: "a model that reads pictures",
        found: "the \(card.family) model")
    }
    guard pixels.shape == grid.shape else {
      throw AssayError(
        .shape, "pixels", expected: "\(grid.shape) (channels, height, width)",
        found: "\(pixels.shape)")
    }
    guard pixels.withSpan({ values in values.indices.allSatisfy { values[$0].isFinite } }) else {
      throw AssayError(
        .numeric, "pixels", expected: "finite numbers", found: "a NaN or an infinity")
    }
    return Input(Image(pixels, grid: grid))
  }

  /// Runs the network once over a ragged batch; inputs and interventions were validated.
  /// - Throws: `memory` before anything is computed when there is too little, `numeric` for numbers that
  ///   are not finite, `cancelled` when the caller has asked to stop.
  package func run(
    _ inputs: [Input], _ request: Request, _ execution: Execution
  ) throws(AssayError) -> Run {
    try run(inputs, request, on: Tape(execution, keepsEverything: request.replacesPullbacks))
  }

  /// The same on a given tape, which may watch the variables that stand in for weights.
  package func run(
    _ inputs: [Input], _ request: Request, on tape: Tape
  ) throws(AssayError) -> Run {
    var request = request
    for (name, weight) in replaced where request.parameters[name] == nil {
      request.parameters[name] = .constant(weight)
    }
    // What is computed elsewhere has memory of its own.
    if card.capabilities.contains(.tape) {
      try requireMemory(for: inputs, request, tape.execution)
    }
    return try network.run(Batch(inputs), request, on: tape)
  }
}
