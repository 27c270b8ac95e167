import Attribution
import Models
import Tensors
import Testing

@testable import Evidence
@testable import Studies

@Suite struct ParameterRandomizationTests {
  /// Oracle: the same network with its own weights in place of its weights, and with none.
  @Test func aModelWithReplacedWeightsUsesThem() throws {
    let planted = try PlantedModel(Selector(), purpose: "test", number: 0, seed: 1)
    let model = planted.model
    let own = Dictionary(
      uniqueKeysWithValues: model.network.parameters.map { ($0.name, $0.tensor) })
    let before = try model.predict([planted.input]).probabilities[0]
    #expect(try model.replacing(own).predict([planted.input]).probabilities[0] == before)
    let silent = model.replacing(["classifier.weight": .zeros([2, model.card.width])])
    #expect(try silent.predict([planted.input]).probabilities[0] == [0.5, 0.5])
    #expect(try model.predict([planted.input]).probabilities[0] == before)
  }

  /// Oracle: last-layer attention does not see the head, so that the first stage changes nothing.
  @Test func theCascadeStartsAtTheHead() throws {
    let planted = try PlantedModel(DeepSelector(), purpose: "test", number: 0, seed: 1)
    let report = try planted.model.verify(
      planted.input, explanation: .method("attention"), checks: .named(["parameter_randomization"]),
      settings: planted.settings(), execution: Execution())
    let result = try #require(
      report.checks.first { $0.info.name == "parameter_randomization" }?.result)
    guard case .list(let cascade)? = result.details.first(where: { $0.name == "cascade" })?.value,
      case .record(let first)? = cascade.first, case .number(let agreement)? = first.last?.1
    else {
      Issue.record("no cascade")
      return
    }
    #expect(cascade.count == 4)  // head, two blocks, embeddings
    #expect(agreement == 1)
    #expect(result.outcome != .contradicts)
  }
}
