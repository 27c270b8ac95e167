import Attribution
import Evidence
import Models
import Tensors
import TestSupport
import Testing

@testable import Studies

@Suite("Exhaustive truth") struct ExhaustiveTruthTests {
  /// Oracle: the definition, the mean over all orders in which three players join.
  @Test func valuesOverAllCoalitionsAreTheMeanOverAllOrders() {
    let game: [Double] = [0, 1, 2, 7, -1, 3, 0.5, 4]
    let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
    var means = [0.0, 0, 0]
    for order in orders {
      var place = 0
      for player in order {
        means[player] += (game[place | 1 << player] - game[place]) / 6
        place |= 1 << player
      }
    }
    let found = ExactShapley.values(game, players: 3)
    for (one, mean) in zip(found, means) { expectClose(one, mean, absolute: 1e-12) }
    #expect(ExactShapley.values([1, 3], players: 1) == [2])
  }

  /// Oracle: the efficiency axiom, and sampling, which converges to the same values.
  @Test func samplingConvergesToTheExactValues() throws {
    let planted = try PlantedModel(JointSelector(), purpose: "exhaustive", number: 1, seed: 5)
    let question = try Question(
      planted.model, planted.input, target: nil, execution: Execution(seed: 0))
    guard question.positions.count <= ExactShapley.most else { return }
    let exact = try ExactShapley.of(question)
    let sampled = try question.explain(
      method: "shapley_sampling", options: ["n_samples": 4000])
    let errors = try #require(sampled.standardErrors)
    for (place, value) in exact.enumerated() {
      expectClose(Double(sampled.scores[place]), value, absolute: 5 * Double(errors[place]) + 1e-4)
    }
  }

  /// Truth by construction: where nothing is drawn the planted map is trusted as well, and every set
  /// is counted.
  @Test(arguments: 0..<3) func decisionsOverAllSetsAreThoseOfASample(number: Int) throws {
    let planted = try PlantedModel(Selector(), purpose: "exhaustive", number: number, seed: 5)
    guard planted.input.explained.count <= ExactShapley.most else { return }
    let truth = try ExhaustiveTruth(
      planted.model, planted.input, method: "attention", checks: .deciding,
      execution: Execution(seed: 0))
    #expect(truth.agrees, "\(truth.sampled.reason) \(truth.exhaustive.reason)")
    #expect(truth.exhaustive.verdict == .trustworthy)
    #expect(truth.sets == Double(planted.input.explained.count))
  }

  @Test func longerInputsAreRefused() throws {
    let planted = try PlantedModel(Selector(), purpose: "exhaustive", number: 0, seed: 5)
    let ids = Array(repeating: planted.input.ids[1], count: 40)
    let error = #expect(throws: AssayError.self) {
      try ExhaustiveTruth(
        planted.model, Input(ids: ids, vocabulary: planted.input.vocabulary), method: "attention",
        checks: .deciding,
        execution: Execution(seed: 0))
    }
    #expect(error?.description.contains("1 to 14 explained tokens") == true)
  }
}
