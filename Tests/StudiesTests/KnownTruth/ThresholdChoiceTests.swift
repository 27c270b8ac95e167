import Evidence
import Testing

@testable import Studies

@Suite struct ThresholdChoiceTests {
  /// A trial whose verdict is trustworthy under the combinations of which `isTrusted` holds.
  private func trial(
    _ family: String, _ truth: PlantedClaim.Truth, number: Int = 0, map: TestedMap = .own,
    namesEvidence: Bool = false, isTrusted: (Thresholds) -> Bool
  ) -> PlantedTrial {
    PlantedTrial(
      family: family, generator: .written, kind: PlantedKind.base.name,
      claim: PlantedClaim(method: "attention", truth: truth), map: map, number: number, grade: nil,
      namesEvidence: namesEvidence, namesSpares: nil, verdict: .inconclusive, reason: .none,
      outcomes: [:],
      considered: ThresholdGrid.all.map { isTrusted($0) ? .trustworthy : .inconclusive })
  }

  /// Oracle: by hand. Truth is recognised up to .6 and untruth trusted below .4, so that .4 to .6
  /// make no error; the written .5 is among them.
  @Test func writtenValuesOnThePlateauAreKept() {
    let choice = ThresholdChoice([
      trial("a", .trustworthy) { $0.supported <= 0.6 },
      trial("b", .partial([.none])) { $0.supported < 0.4 },
    ])
    #expect(choice.error == 0 && choice.keepsWritten)
    #expect(choice.thresholds == Thresholds())
    #expect(choice.range(1) == 0.4...0.6)
    #expect(choice.plateau.count == 3 * ThresholdGrid.all.count / ThresholdGrid.supported.count)
  }

  /// Oracle: by hand. Only .7 and .8 make no error, and .7 is nearer to the written .5.
  @Test func theNearestOfThePlateauIsTakenWhereTheWrittenValuesAreNotOnIt() {
    let choice = ThresholdChoice([
      trial("a", .trustworthy) { _ in true },
      trial("b", .partial([.none])) { $0.supported <= 0.6 },
    ])
    #expect(choice.error == 0 && !choice.keepsWritten)
    #expect(choice.thresholds.supported == 0.7 && choice.thresholds.epsilon == 0.05)
  }

  /// Oracle: by hand. No value serves both; trusting what is untrue weighs three times as much as
  /// missing what is true.
  @Test func trustingTheUntrueWeighsMoreThanMissingTheTrue() {
    let choice = ThresholdChoice([
      trial("a", .trustworthy) { $0.supported <= 0.4 },
      trial("b", .partial([.none])) { $0.supported <= 0.6 },
    ])
    #expect(choice.thresholds.supported == 0.7 && choice.error == 0.5)
  }

  /// Oracle: √(p(1 − p)/n) of one family; a combination one error of sixteen worse is within it.
  @Test func whatIsWithinOneStandardErrorIsOnThePlateau() {
    let choice = ThresholdChoice(
      (0..<16).map { number in
        trial("a", .trustworthy, number: number) {
          number > 4 || (number == 4 && $0.supported != 0.5)
        }
      })
    #expect(abs(choice.least.deviation - (0.25 * 0.75 / 16).squareRoot()) < 1e-12)
    #expect(choice.least.error == 0.25 && choice.error == 5.0 / 16 && choice.keepsWritten)
  }

  /// Oracle: the definition: a wrong map counts unless it ranks the evidence first, and graded
  /// families never count.
  @Test func luckyMapsAndGradedFamiliesDoNotCount() {
    func choice(lucky: Bool) -> ThresholdChoice {
      ThresholdChoice([
        trial("a", .trustworthy) { _ in true },
        trial(
          "a", .partial(Reason.allCases), map: .wrong(.random), namesEvidence: lucky
        ) { $0.epsilon < 0.1 },
        trial("c", .graded) { _ in false },
      ])
    }
    #expect(choice(lucky: true).plateau.count == ThresholdGrid.all.count)
    #expect(choice(lucky: false).thresholds.epsilon == 0.1)
  }
}
