import Tensors
import Testing

@testable import Evidence

@Suite struct AgreementTests {
  let first = [0.1, 0.4, 0.2, 0.9, 0.3, 0.35, 0.0, 0.7]
  let second = [0.2, 0.3, 0.1, 0.8, 0.4, 0.3, 0.1, 0.9]
  let everything = AgreementStatistic.all.map(\.name)

  /// Contract: each registered statistic has a value, a p-value and a noise floor on plain vectors.
  @Test func everyRegisteredStatisticIsReportedInFull() throws {
    let agreement = try Agreement.measure(first, second, statistics: everything)
    #expect(agreement.count == 8)
    #expect(agreement.k == 2)
    #expect(agreement.entries.map(\.statistic.name) == everything)
    for entry in agreement.entries {
      let pValue = try #require(entry.association.pValue, "\(entry.statistic.name)")
      #expect((0...1).contains(pValue.value))
      let floor = try #require(entry.noiseFloor)
      let sign: Double = entry.statistic.greaterIsCloser ? 1 : -1
      #expect(sign * floor.quantile >= sign * floor.mean)
      #expect(entry.ceiling == nil)
    }
  }

  /// Contract: a vector agrees with itself perfectly where no tie is cut, in every statistic but
  /// lift, which asks for all mass on one position.
  @Test func aVectorAgreesWithItself() throws {
    let agreement = try Agreement.measure(first, first, statistics: everything)
    for entry in agreement.entries where entry.statistic.name != "lift" {
      let value = try #require(entry.association.value)
      #expect(isClose(value, entry.statistic.greaterIsCloser ? 1 : 0), "\(entry.statistic.name)")
    }
  }

  /// Every statistic of vectors that rank nothing says why and carries no number.
  @Test(arguments: [
    ([Double](), [Double](), Undefined.tooFew(count: 0, needed: 2)),
    ([1], [2], .tooFew(count: 1, needed: 2)),
    ([1, .nan, 3], [1, 2, 3], .notFinite(.first, position: 1)),
    ([1, 2, 3], [1, 2, -.infinity], .notFinite(.second, position: 2)),
    ([0, 0, 0], [1, 2, 3], .constant(.first)),
    ([1, 2, 3], [0, 0, 0], .constant(.second)),
  ])
  func undefinedIsAValueOfItsOwn(_ a: [Double], _ b: [Double], _ reason: Undefined) throws {
    let agreement = try Agreement.measure(a, b, statistics: everything)
    for entry in agreement.entries {
      let found = try #require(entry.association.undefined, "\(entry.statistic.name)")
      #expect(entry.association.value == nil && entry.association.pValue == nil)
      #expect(entry.noiseFloor == nil)
      if !["jsd", "lift"].contains(entry.statistic.name) { #expect(found == reason) }
      #expect(!found.description.isEmpty)
    }
  }

  /// Oracle: five positions have 120 orders, so the null is enumerated, its mean is known and the
  /// p-value of a perfect match is one in 120.
  @Test func shortVectorsAreTestedAgainstEveryOrder() throws {
    let ascending = [1.0, 2, 3, 4, 5]
    let names = ["kendall", "lift", "rbo"]
    let agreement = try Agreement.measure(ascending, ascending, statistics: names)
    let kendall = try #require(agreement["kendall"]?.noiseFloor)
    #expect(kendall.isEnumerated && kendall.draws == 120)
    #expect(isClose(kendall.mean, 0))
    #expect(isClose(try #require(agreement["lift"]?.noiseFloor).mean, 0))
    #expect(agreement["rbo"]?.association.pValue == PValue(value: 1.0 / 120, method: .permutation))
    #expect(agreement["kendall"]?.association.pValue?.method == .exact)
  }

  /// Oracle: the mean overlap of random top-k lists is k/n; within five standard errors.
  @Test func theNoiseFloorOfOverlapIsKOverN() throws {
    let scores = (0..<40).map { Double($0 * $0 % 41) }
    let agreement = try Agreement.measure(
      scores, scores.reversed(), statistics: ["top_k_overlap"], k: 10, draws: 2000)
    let floor = try #require(agreement["top_k_overlap"]?.noiseFloor)
    #expect(!floor.isEnumerated && floor.draws == 2000)
    #expect(abs(floor.mean - 0.25) < 5 * 0.12 / 2000.0.squareRoot())
  }

  /// Same seed, same bits; another seed, another sample.
  @Test func theSeedDecidesTheNoiseFloor() throws {
    func floor(_ seed: UInt64) throws -> NoiseFloor? {
      try Agreement.measure(first, second, seed: seed)["kendall"]?.noiseFloor
    }
    #expect(try floor(3) == floor(3))
    #expect(try floor(3) != floor(4))
  }

  /// Closed form: among three repetitions, two are equal and one reversed.
  @Test func theCeilingIsTheMedianOverPairsOfRepetitions() throws {
    let ascending = [1.0, 2, 3]
    let agreement = try Agreement.measure(
      ascending, ascending, statistics: ["kendall"],
      repeats: [ascending, ascending, ascending.reversed(), [1, 1, 1]])
    let ceiling = try #require(agreement["kendall"]?.ceiling)
    #expect(ceiling == Ceiling(median: -1, pairs: 3, undefined: 3))
  }

  @Test func errorsNameWhatWasWrong() {
    func message(_ body: () throws -> Agreement) -> String {
      do {
        _ = try body()
        return "no error"
      } catch {
        return "\(error)"
      }
    }
    #expect(
      message { try Agreement.measure([1, 2], [1, 2, 3]) }
        == "scores: expected 2 values, found 3")
    #expect(
      message { try Agreement.measure([1, 2], [1, 2], repeats: [[1]]) }
        == "repeated scores: expected 2 values, found 1")
    #expect(
      message { try Agreement.measure([1, 2], [1, 2], k: 3) } == "k: expected 1...2, found 3")
    #expect(
      message { try Agreement.measure([1, 2], [1, 2], draws: -1) }
        == "draws: expected at least 0, found -1")
    #expect(
      message { try Agreement.measure([1, 2], [1, 2], statistics: ["tau"]) }.hasPrefix(
        "statistic: expected one of lift, kendall, spearman"))
  }
}
