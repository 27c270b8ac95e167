import Autodiff
import Tensors

/// A model that is computed outside: it says what it predicts, and as much more as its maker knows.
///
/// It is a network like any other, with scores that are the logarithms of the probabilities it is
/// told, so that whatever needs no more than predictions runs on it unchanged. It has no inside:
/// nothing can be edited or differentiated, and its card says so.
package struct BlackBox: BlockNetwork {
  package let card: ModelCard
  private let outside: any Outside

  package let places: [Site.Place] = [.pattern]
  package let parameters: [Parameter] = []

  /// - Parameters:
  ///   - layers: how many layers the attention maps have; 0 without maps.
  ///   - readOut: the row of a map that the prediction is read from.
  package init(
    labels: [String], problem: ProblemType, layers: Int, heads: Int, hasGradient: Bool,
    vocabularySize: Int?, readOut: ReadOut, _ outside: any Outside
  ) {
    var capabilities: Capabilities = [.tokens, .classifier]
    if layers > 0 { capabilities.formUnion([.patterns, .squarePattern, .residualStream]) }
    if hasGradient { capabilities.insert(.inputGradient) }
    card = ModelCard(
      outside: "black_box", labels: labels, problem: problem, layers: layers, heads: heads,
      width: 1, vocabularySize: vocabularySize, all: capabilities, readOut: readOut)
    self.outside = outside
  }

  /// The maps of every layer one behind the other in place of a stream, where somebody looks at
  /// them.
  package func embed(_ pass: ForwardPass) throws(AssayError) -> Variable {
    guard (0..<card.layers).contains(where: pass.needsPattern) else {
      return .constant(.zeros([1, 0]))
    }
    var maps: [Tensor] = []
    for input in pass.batch.inputs {
      let answer = try outside.attention(input)
      let expected = [card.layers, card.heads, input.count, input.count]
      guard answer.shape == expected else {
        throw AssayError(
          .shape, "attention", expected: "\(expected) (layers, heads, tokens, tokens)",
          found: "\(answer.shape)")
      }
      try Self.checkFinite(answer, "attention")
      maps.append(answer)
    }
    let layers = (0..<card.layers).flatMap { layer in
      maps.map { map in
        map.slices(layer..<layer + 1).reshaped([map.count / card.layers, 1])
      }
    }
    return .constant(.concatenated(layers))
  }

  package func block(
    _ index: Int, _ hidden: Variable, _ pass: ForwardPass
  ) throws(AssayError) -> Variable {
    guard pass.needsPattern(index) else { return hidden }
    let total = pass.layout.total
    _ = try pass.site(
      .pattern(index), .constant(hidden.value.slices(index * total..<(index + 1) * total)))
    return hidden
  }

  package func readOut(_ hidden: Variable, _ pass: ForwardPass) throws(AssayError) -> Variable {
    let inputs = pass.batch.inputs
    let rows = try outside.probabilities(inputs)
    guard rows.count == inputs.count, rows.allSatisfy({ $0.count == card.scoreCount }) else {
      throw AssayError(
        .shape, "predict",
        expected: "\(inputs.count) rows of \(card.scoreCount) probabilities",
        found: "\(rows.count) rows of \(Set(rows.map(\.count)).sorted())")
    }
    var scores: [Float] = []
    for row in rows { scores += try self.scores(row) }
    return try pass.site(
      .logits, .constant(Tensor(scores, shape: [inputs.count, card.scoreCount])))
  }

  package func inputGradient(_ input: Input, _ target: Target) throws(AssayError) -> Tensor? {
    let answer = try outside.gradient(input, target)
    guard answer.shape.count == 2, answer.shape[0] == input.count, answer.shape[1] > 0 else {
      throw AssayError(
        .shape, "gradient", expected: "one row for each of \(input.count) tokens",
        found: "shape \(answer.shape)")
    }
    try Self.checkFinite(answer, "gradient")
    return answer
  }

  /// The scores whose probabilities these are: logarithms under a softmax, log-odds under a sigmoid,
  /// the numbers themselves for a regression.
  private func scores(_ row: [Double]) throws(AssayError) -> [Float] {
    if let wrong = row.first(where: { !$0.isFinite }) {
      throw AssayError(.numeric, "predict", expected: "finite numbers", found: "\(wrong)")
    }
    if card.problem == .regression { return row.map { Float($0) } }
    if let wrong = row.first(where: { $0 < 0 || $0 > 1 + Self.slack }) {
      throw AssayError(
        .numeric, "predict", expected: "probabilities from 0 to 1", found: "\(wrong)")
    }
    if card.usesSigmoid {
      return row.map { p in
        let inner = min(max(p, Self.smallest), 1 - 1e-16)
        return Float(logarithm(inner) - logarithm(1 - inner))
      }
    }
    let sum = row.reduce(0, +)
    guard abs(sum - 1) <= Self.slack else {
      throw AssayError(
        .numeric, "predict",
        expected: "rows that sum to 1 (the problem of labels that are true by themselves is "
          + "multi_label_classification, that of a quantity is regression)",
        found: "a row that sums to \(sum)")
    }
    return row.map { Float(logarithm(max($0, Self.smallest))) }
  }

  /// How far a row may be from summing to one: half precision rounds by as much.
  private static let slack = 2e-3
  /// Stands in for a probability of zero, whose logarithm is not a number to compute with.
  private static let smallest = 1e-37

  private static func checkFinite(_ tensor: Tensor, _ name: String) throws(AssayError) {
    guard tensor.withSpan({ values in values.indices.allSatisfy { values[$0].isFinite } }) else {
      throw AssayError(.numeric, name, expected: "finite numbers", found: "a NaN or an infinity")
    }
  }
}
