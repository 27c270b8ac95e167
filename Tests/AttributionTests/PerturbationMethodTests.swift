import ModelSupport
import Models
import Tensors
import TestSupport
import Testing

@testable import Attribution

/// Methods that remove tokens, against exact values and closed forms.
@Suite struct PerturbationMethodTests {
  /// Seven tokens between CLS and SEP; a tokenizer with a mask token.
  static let ids = [2, 11, 12, 13, 14, 15, 16, 17, 3]

  static func question(
    ids: [Int] = ids, words: [Int?]? = nil, seed: UInt64 = 0
  ) throws -> Question {
    let vocabulary = Vocabulary(size: 53, mask: 4, pad: 0, unknown: 1, start: 2, end: 3)
    return try Question(
      Fixture("bert-gelu-20x5").model(),
      Input(
        ids: ids, special: ids.map { $0 == 2 || $0 == 3 }, words: words, vocabulary: vocabulary),
      execution: Execution(threads: 2, seed: seed))
  }

  /// Shapley 1953: φ_t = Σ_{S ∌ t} |S|! (n − |S| − 1)! / n! (v(S ∪ t) − v(S)), over all 2ⁿ subsets,
  /// v(S) the predicted probability of the text with the other tokens masked.
  static func exactShapley(_ question: Question) throws -> [Double] {
    let positions = question.positions
    let n = positions.count
    let inputs = (0..<1 << n).map { bits -> Input in
      var input = question.input
      for (player, position) in positions.enumerated() where bits >> player & 1 == 0 {
        input.ids[position] = 4
      }
      return input
    }
    let v = try question.model.predict(inputs).probabilities.map { $0[question.target.label] }
    let factorial = (0...n).map { (1...max($0, 1)).reduce(1.0) { $0 * Double($1) } }
    return (0..<n).map { player in
      (0..<1 << n).filter { $0 >> player & 1 == 0 }.reduce(0.0) { sum, bits in
        let size = bits.nonzeroBitCount
        let weight = factorial[size] * factorial[n - size - 1] / factorial[n]
        return sum + weight * (v[bits | 1 << player] - v[bits])
      }
    }
  }

  /// Oracle: the sum over all subsets.
  @Test func kernelSHAPOverAllCoalitionsIsExact() throws {
    let question = try Self.question()
    let explanation = try question.explain(method: "kernel_shap")
    expectCloseToLargest(
      explanation.scores, try Self.exactShapley(question), tolerance: 1e-5)
    #expect(explanation.standardErrors == Array(repeating: 0, count: 7))
    #expect(explanation.cost.forwards == 128)
  }

  /// Oracle: the sum over all subsets; five standard errors are exceeded once in two million.
  @Test(arguments: [0, 1, 2])
  func sampledShapleyValuesAreWithinTheirErrors(_ seed: UInt64) throws {
    let question = try Self.question(seed: seed)
    let exact = try Self.exactShapley(question)
    for (method, samples) in [("shapley_sampling", 200), ("kernel_shap", 100)] {
      let explanation = try question.explain(
        method: method, options: ["n_samples": .integer(samples)])
      let errors = try #require(explanation.standardErrors)
      for (index, score) in explanation.scores.enumerated() {
        #expect(errors[index] > 0)
        #expect(abs(Double(score) - exact[index]) < 5 * Double(errors[index]), "\(method) \(index)")
      }
      #expect(abs(try #require(explanation.convergenceDelta)) < 1e-6)
    }
  }

  /// Oracle: the optimality conditions of weighted ridge regression, which determine the solution:
  /// Σ w r = 0 and Σ w r z = alpha φ for the residuals r (Hoerl & Kennard 1970).
  @Test(arguments: [0.0, 1.0])
  func limeSolvesItsLeastSquares(_ alpha: Double) throws {
    let question = try Self.question()
    let explanation = try question.explain(
      method: "lime", options: ["alpha": .number(alpha), "n_samples": .integer(60)])
    let sample = try LIME().sample(7, 60, width: 0.25, question.execution)
    let removals = sample.map { draw in draw.coalition.absent.map { question.positions[$0] } }
    let label = question.target.label
    let y = try question.ablate(removals, by: .mask).probabilities.map { $0[0][label] }
    let scores = explanation.scores.map(Double.init)
    let fitted = sample.map { $0.coalition.members.reduce(0) { $0 + scores[$1] } }
    let mass = sample.reduce(0) { $0 + $1.weight }
    let intercept =
      sample.indices.reduce(0) { $0 + sample[$1].weight * (y[$1] - fitted[$1]) } / mass
    let normal = (0..<7).map { player in
      sample.indices.filter { sample[$0].coalition.contains(player) }.reduce(0.0) {
        $0 + sample[$1].weight * (y[$1] - fitted[$1] - intercept)
      }
    }
    expectClose(normal, scores.map { alpha * $0 }, absolute: 1e-5)
  }

  /// Oracle: the exponential kernel of the cosine distance to the unedited text, written out.
  @Test func limeWeighsSamplesByTheirCosineDistance() throws {
    let sample = try LIME().sample(7, 40, width: 0.5, Execution(seed: 1))
    #expect(sample[0].weight == 1)
    for draw in sample {
      let z = (0..<7).map { draw.coalition.contains($0) ? 1.0 : 0.0 }
      let product = z.reduce(0, +)
      let length = product.squareRoot() * 7.0.squareRoot()
      let distance = length > 0 ? 1 - product / length : 1
      let kernel = exponential(-distance * distance / (0.5 * 0.5)).squareRoot()
      expectClose(draw.weight, kernel, absolute: 1e-12)
    }
    #expect(Set(sample.map { $0.coalition.members.count }).count == 8)
  }

  /// Oracle: leave-one-out is occlusion by windows of one token.
  @Test(arguments: ["mask", "delete", "zero", "replace"])
  func occlusionOfOneTokenIsLeaveOneOut(_ how: String) throws {
    let question = try Self.question()
    let one = try question.explain(method: "occlusion", options: ["operator": .text(how)])
    let other = try question.explain(method: "leave_one_out", options: ["operator": .text(how)])
    expectClose(one.scores, other.scores, absolute: 1e-6)
  }

  /// Oracle: the prediction of the text with the word's tokens masked by hand.
  @Test func aWordIsRemovedWhole() throws {
    let words: [Int?] = [nil, 0, 1, 1, 1, 2, 3, 3, nil]
    let question = try Self.question(words: words)
    let explanation = try question.explain(
      method: "occlusion", options: ["granularity": .text("word")])
    var masked = question.input
    for position in 2...4 { masked.ids[position] = 4 }
    let label = question.target.label
    let drop =
      question.prediction.probabilities[0][label]
      - (try question.model.predict([masked]).probabilities[0][label])
    expectClose(explanation.scores[1...3].reduce(0, +), Float(drop), absolute: 1e-6)
    #expect(explanation.scores[1] == explanation.scores[3])
  }

  /// Oracle: counted by hand.
  @Test func windowsCoverEveryTokenAndEndWithTheText() {
    #expect(Occlusion.windows(7, size: 3, stride: 2) == [0..<3, 2..<5, 4..<7])
    #expect(Occlusion.windows(8, size: 3, stride: 2) == [0..<3, 2..<5, 4..<7, 5..<8])
    #expect(Occlusion.windows(2, size: 3, stride: 1) == [0..<2])
  }

  /// Oracle: the dummy axiom. Masking a mask token changes nothing, whatever else is masked.
  @Test(arguments: ["leave_one_out", "occlusion", "shapley_sampling", "kernel_shap"])
  func aTokenWhoseRemovalChangesNothingScoresZero(_ method: String) throws {
    var ids = Self.ids
    ids[3] = 4
    let question = try Self.question(ids: ids)
    var input = question.input
    input.special[3] = false
    let asked = try Question(question.model, input, execution: question.execution)
    let explanation = try asked.explain(method: method, options: ["operator": .text("mask")])
    #expect(abs(explanation.scores[2]) < 1e-7)
    #expect(explanation.scores.contains { abs($0) > 1e-3 })
  }

  @Test func nothingMayBeLeftIsRefused() throws {
    let question = try Question(
      Fixture("bert-gelu-20x5").model(),
      Input(ids: [11, 12, 13], vocabulary: Vocabulary(size: 53)), execution: Execution())
    for method in ["shapley_sampling", "kernel_shap", "lime"] {
      let error = #expect(throws: AssayError.self) {
        try question.explain(method: method, options: ["operator": .text("delete")])
      }
      #expect(error?.found == "the removal of all 3")
    }
  }

  @Test func tooFewCoalitionsAreRefused() throws {
    let question = try Self.question()
    let error = #expect(throws: AssayError.self) {
      try question.explain(method: "kernel_shap", options: ["n_samples": .integer(4)])
    }
    #expect(error?.found == "4")
  }
}
