import Autodiff
import Tensors

/// The classifiers that the debate on attention was held about (Jain & Wallace 2019): words are
/// embedded and encoded, one learned query attends to the states, a linear layer decides.
///
/// The attention is the single head of a single block. It never sees a sequence's first and last
/// token, which mark its start and end. What enters the block (`blocks.0.input`) are the encoder's
/// states, so that an edited pattern acts on states that are held fixed.
package struct AttentionClassifier: BlockNetwork {
  package let card: ModelCard
  private let embedding: EmbeddingTable
  private let encoder: any TokenEncoder
  private let attention: QueryAttention
  private let decoder: LinearLayer
  /// What makes two scores of one: ∓½, so that softmax gives the sigmoid of the single score.
  private let spread: Tensor?

  package let places: [Site.Place] = [.input, .pattern, .mixed, .output]

  package init(_ configuration: Configuration, _ weights: WeightsCursor) throws(AssayError) {
    let shape = try Shape(configuration)
    embedding = try EmbeddingTable(
      weights["embedding"], count: shape.vocabulary, width: shape.embedding)
    let encoded = weights["encoder"]
    switch shape.encoder {
    case .bilstm:
      encoder = try BidirectionalEncoder(encoded, inputs: shape.embedding, units: shape.hidden)
    case .cnn:
      encoder = try ConvolutionalEncoder(
        encoded, inputs: shape.embedding, filters: shape.hidden / shape.kernels.count,
        widths: shape.kernels)
    case .average:
      encoder = try TokenwiseEncoder(encoded, inputs: shape.embedding, outputs: shape.hidden)
    }
    let width = encoder.width
    switch shape.attention {
    case .additive:
      attention = try QueryAttention(
        additive: weights["attention"], width: width, inner: width / 2, mask: .inner)
    case .dot:
      attention = try QueryAttention(dot: weights["attention"], width: width, mask: .inner)
    }
    let labels = try configuration.labels()
    decoder = try LinearLayer(
      weights["decoder"], inputs: width, outputs: Shape.scores(labels: labels.count))
    spread = labels.count == 2 ? Tensor([-0.5, 0.5], shape: [2, 1]) : nil
    card = ModelCard(
      family: "attention_classifier", labels: labels,
      problem: try configuration.problemType(labelCount: labels.count), layers: 1, heads: 1,
      width: width, embeddingWidth: shape.embedding, maximumLength: nil,
      vocabularySize: shape.vocabulary, typeCount: 0, capabilities: [.tokens, .classifier],
      mask: .inner, readOut: .query)
  }

  package var parameters: [Parameter] {
    embedding.parameters + encoder.parameters + attention.parameters + decoder.parameters
  }

  package var lookedUp: Set<String> { [embedding.table.name] }

  /// The encoder's states. Tokens share what is computed for equal words, unless somebody looks at
  /// their embeddings one by one.
  package func embed(_ pass: ForwardPass) throws(AssayError) -> Variable {
    if pass.needs(.embedding) {
      let x = try pass.embedding { ids throws(AssayError) in try embedding(ids, pass) }
      return try encoder(x, rows: Array(0..<pass.batch.layout.total), pass)
    }
    let (words, rows) = pass.batch.distinctIds
    return try encoder(embedding(words, pass), rows: rows, pass)
  }

  package func block(
    _ index: Int, _ hidden: Variable, _ pass: ForwardPass
  ) throws(AssayError) -> Variable {
    try attention(hidden, layer: index, pass)
  }

  package func readOut(_ hidden: Variable, _ pass: ForwardPass) throws(AssayError) -> Variable {
    let context = try pass.dropout(pass.site(.pooled, pass.readOut(hidden)))
    var scores = try decoder(context, pass)
    if let spread {
      scores = try pass.tape.apply(
        Linear(layout: .outputByInput, activation: .identity, panels: nil),
        [scores, .constant(spread)])
    }
    return try pass.site(.logits, scores)
  }
}

extension AttentionClassifier {
  /// What reads the words before attention does.
  package enum Encoder: String, Sendable, CaseIterable { case bilstm, cnn, average }

  /// How a state is scored.
  package enum Attention: String, Sendable, CaseIterable { case additive, dot }

  /// The extents that config.json states, with the defaults of Jain & Wallace 2019.
  package struct Shape: Sendable {
    package let encoder: Encoder
    package let attention: Attention
    package let vocabulary: Int
    package let embedding: Int
    /// The encoder's units: of each direction of a BiLSTM, of all filters of a CNN.
    package let hidden: Int
    /// The widths of the CNN's filters.
    package let kernels: [Int]

    package init(_ configuration: Configuration) throws(AssayError) {
      let encoder = try configuration.string(
        "encoder", oneOf: Encoder.allCases.map(\.rawValue), default: "bilstm")
      let attention = try configuration.string(
        "attention", oneOf: Attention.allCases.map(\.rawValue), default: "additive")
      self.encoder = Encoder(rawValue: encoder) ?? .bilstm
      self.attention = Attention(rawValue: attention) ?? .additive
      vocabulary = try configuration.vocabulary()
      embedding = try configuration.integer("embedding_size", in: 1...65_536, default: 300)
      hidden = try configuration.integer("hidden_size", in: 2...65_536, default: 128)
      kernels = try configuration.integers("kernel_sizes", in: 1...63, default: [1, 3, 5, 7])
      guard !kernels.isEmpty, kernels.allSatisfy({ $0 % 2 == 1 }) else {
        throw configuration.failure("kernel_sizes", expected: "odd widths, at least one")
      }
      if self.encoder == .cnn {
        try configuration.require(
          "hidden_size", hidden, divisibleBy: kernels.count,
          because: "every width has as many filters")
      }
      if self.encoder != .bilstm {
        try configuration.require(
          "hidden_size", hidden, divisibleBy: 2, because: "attention is half as wide")
      }
    }

    /// The width of a state.
    package var width: Int { encoder == .bilstm ? 2 * hidden : hidden }

    /// The rows of the decoder: one for two labels, else one a label.
    package static func scores(labels: Int) -> Int { labels == 2 ? 1 : labels }
  }
}

extension Batch {
  /// Every different id once, in order of appearance, and which of them each token has.
  fileprivate var distinctIds: (words: [Int], rows: [Int]) {
    var known: [Int: Int] = [:]
    var words: [Int] = []
    let rows = ids.map { id in
      if let row = known[id] { return row }
      known[id] = words.count
      words.append(id)
      return words.count - 1
    }
    return (words, rows)
  }
}
