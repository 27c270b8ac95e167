import Attribution
import Evidence
import Models
import Tensors
import Testing

@testable import Studies

@Suite struct StructuredNullTests {
  /// Oracle: on a model that has learned nothing no wrong map is the truth; a check may support by
  /// chance at the rate that the texts' lengths allow, within four standard errors.
  @Test func wrongMapsAreSupportedNoMoreThanChanceAllows() throws {
    let planted = try (0..<4).map {
      try PlantedModel(Selector(), purpose: "null", number: $0, seed: 1)
    }
    var draw = RandomSource(seed: 2, stream: "model").draw(0)
    let model = try Model.untrained(like: planted[0].model.card, &draw)
    let nulls = try StructuredNulls(
      model, planted.map(\.input), method: "attention", draws: 6,
      settings: planted[0].settings(), execution: Execution(threads: 2))
    #expect(nulls.rows.map(\.kind) == WrongMap.allCases)
    for row in nulls.rows {
      for (name, supports) in row.supports {
        guard let chance = row.attainable[name] else { continue }
        let count = Double(supports.trials)
        let bound = count * chance + 4 * (count * chance * (1 - chance)).squareRoot()
        #expect(Double(supports.successes) <= bound, "\(row.kind) \(name)")
      }
    }
  }

  /// Oracle: the same on decoders, each with random weights of its own, through the mask that lets a word
  /// see what went before.
  @Test func decodersThatHaveLearnedNothingAreNotTrusted() throws {
    var draw = RandomSource(seed: 4, stream: "decoder").draw(0)
    let card = try UntrainedArchitecture.decoder.model(&draw).card
    #expect(card.family == "gpt2" && card.masks.allSatisfy(\.isCausal))
    let nulls = try StructuredNulls(untrained: 3, .decoder, execution: Execution(threads: 2))
    #expect(nulls.rows.map(\.kind) == WrongMap.allCases)
    #expect(nulls.trusted.successes == 0 && nulls.trusted.trials == 3 * WrongMap.allCases.count)
  }

  @Test func oneTextIsNotEnough() throws {
    let planted = try PlantedModel(Selector(), purpose: "null", number: 0, seed: 1)
    let error = #expect(throws: AssayError.self) {
      try StructuredNulls(
        planted.model, [planted.input], method: "attention", draws: 1, execution: Execution())
    }
    #expect(error?.description.contains("at least two") == true)
  }
}
