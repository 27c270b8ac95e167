import Models
import Tensors
import Values

/// Which attention a set of scores is made of: interventions that test the scores act on it.
public struct AttentionScope: Sendable, Hashable {
  /// The layers, ascending.
  public let layers: [Int]
  /// The heads; nil means all.
  public let heads: [Int]?
  /// The query rows; nil means all.
  public let queries: [Int]?

  /// - Parameters:
  ///   - layers: the layers, ascending.
  ///   - heads: the heads; nil means all.
  ///   - queries: the query rows; nil means all.
  public init(layers: [Int], heads: [Int]? = nil, queries: [Int]? = nil) {
    self.layers = layers
    self.heads = heads
    self.queries = queries
  }

  /// All attention of a model.
  package static func all(of card: ModelCard) -> AttentionScope {
    AttentionScope(layers: Array(0..<card.layers))
  }
}

/// How far the scores of a method follow attention towards the input.
public enum Tracing: String, Sendable, CaseIterable {
  /// They are not made of attention.
  case notAttention = "not_attention"
  /// They are made of one layer's attention and stand for the positions of that layer.
  case untracedLayer = "untraced_layer"
  /// They are made of the attention of all layers and stand for the tokens of the input.
  case traced
}

/// What is said of a method in the registry.
public struct MethodInfo: Sendable {
  /// The registered name.
  public let name: String
  /// What a score means, in one sentence.
  public let summary: String
  /// The definition.
  public let formula: String
  /// Where it was published.
  public let source: String
  /// Passes through the model.
  public let cost: String
  /// What the scores sum to; nil where nothing is promised.
  public let sumsTo: String?
  /// Whether the scores come from attention, and whether it was traced to the input.
  public let tracing: Tracing
  /// Whether scores carry a sign.
  public let signed: Bool
  /// Whether scores are gradients integrated along a path, so that integrated gradients are no
  /// independent witness for them.
  public let integratesGradients: Bool
  /// What the model must be able to do.
  public let needs: Capabilities
  /// The options with their defaults.
  public let options: [OptionSpec]

  package init(
    name: String, summary: String, formula: String, source: String, cost: String,
    sumsTo: String? = nil, tracing: Tracing = .notAttention, signed: Bool,
    integratesGradients: Bool = false, needs: Capabilities,
    options: [OptionSpec]
  ) {
    self.name = name
    self.summary = summary
    self.formula = formula
    self.source = source
    self.cost = cost
    self.sumsTo = sumsTo
    self.tracing = tracing
    self.signed = signed
    self.integratesGradients = integratesGradients
    self.needs = needs
    self.options = options
  }
}

/// A way to score the positions of an input. One file and one registry line each.
package protocol Method: Sendable {
  var info: MethodInfo { get }

  /// One score per explained position of the question.
  func scores(_ question: Question, _ options: Options) throws(AssayError) -> Scores

  /// The attention the scores are made of; nil when they are not made of attention.
  func scope(_ question: Question, _ options: Options) -> AttentionScope?

  /// The scores as a differentiable function of attention alone; nil when they are none.
  func map(_ question: Question, _ options: Options) -> AttentionMap?
}

extension Method {
  package func scope(_ question: Question, _ options: Options) -> AttentionScope? { nil }
  package func map(_ question: Question, _ options: Options) -> AttentionMap? { nil }
}

extension Question {
  /// Explains by the named method, or by the model's standard one (`Methods.standard`).
  /// - Throws: `option` for an unknown method or option, `unsupported` when the model lacks what
  ///   the method needs, `numeric` for scores that are not finite, `memory`, `cancelled`.
  package func explain(
    method named: String? = nil, options given: [String: Value] = [:]
  ) throws(AssayError) -> Explanation {
    let name = named ?? Methods.standard(for: model.card)
    let method = try Methods.named(name)
    let options = try Options(given, for: method.info.options, subject: name)
    try model.require(method.info.needs, for: "method \(name)")
    let result = try method.scores(self, options)
    if let wrong = result.scores.firstIndex(where: { !$0.isFinite }) {
      throw AssayError(
        .numeric, "method \(name)", expected: "finite scores",
        found: "\(result.scores[wrong]) for the token at position \(positions[wrong])")
    }
    return Explanation(
      method: name, target: target,
      options: options.all.map { ($0.name, result.resolved[$0.name] ?? $0.value) },
      seed: execution.seed,
      positions: positions, scores: result.scores, convergenceDelta: result.convergenceDelta,
      standardErrors: result.standardErrors,
      sinkMass: result.attention.flatMap { sinkMass($0.weights) }.map {
        sinkMass($0, scores: result.scores)
      },
      attention: result.attention, proof: result.proof,
      cost: result.cost, details: result.details)
  }

  /// The mass on sinks: on positions that are not explained, and on punctuation among the explained
  /// ones, whose scores share the rest.
  private func sinkMass(_ outside: Double, scores: [Float]) -> Double {
    let weights = scores.map { max(0, Double($0)) }
    let total = weights.reduce(0, +)
    guard total > 0, case .tokens(let ids, _) = input.content else { return outside }
    let onPunctuation = zip(positions, weights).reduce(0) { sum, one in
      input.vocabulary.punctuation.contains(ids[one.0]) ? sum + one.1 : sum
    }
    return outside + (1 - outside) * onPunctuation / total
  }
}
