import Attribution
import Tensors
import TestSupport
import Testing

@testable import Evidence

/// Rows made by hand: what each text says of a map, of the leave-one-out map and of chance.
private enum Text {
  static func judgement(_ verdict: Verdict, _ efficiency: Double? = nil) -> Judgement {
    let outcome: ConditionResult.Outcome = verdict == .trustworthy ? .supported : .inconclusive
    return Judgement(
      verdict: verdict, outcomes: [outcome, outcome, outcome],
      efficiencies: [efficiency, efficiency, efficiency], removals: [:])
  }

  static func map(
    _ own: Verdict, ceiling: Verdict = .trustworthy, chance: Bool = false,
    isTestable: Bool? = true
  ) -> JudgedMap {
    JudgedMap(
      name: "map", own: judgement(own), oracle: judgement(ceiling), isTestable: isTestable,
      trustsChance: chance)
  }

  static func several(_ groups: (Int, JudgedMap)...) -> [JudgedMap?] {
    groups.flatMap { Array(repeating: $0.1, count: $0.0) }
  }
}

private func standing(_ maps: [JudgedMap?], isTestable: [Bool]? = nil) -> MapStanding {
  MapStanding(
    "map", maps, isTestable: isTestable ?? maps.map { $0?.isTestable ?? false }, Execution(seed: 3))
}

@Suite struct MapStandingTests {
  /// Oracle: counted by hand. Of 20 testable texts the map is trusted in 12, the oracle in 16 (those 12
  /// among them), chance in 2 (texts where both are trusted): a = .6, c = .8, r = .1.
  private static let texts = Text.several(
    (2, Text.map(.trustworthy, chance: true)), (10, Text.map(.trustworthy)),
    (4, Text.map(.inconclusive)), (3, Text.map(.inconclusive, ceiling: .inconclusive)),
    (1, Text.map(.notTrustworthy, ceiling: .notTrustworthy)),
    (5, Text.map(.notTrustworthy, isTestable: false)))

  @Test func sharesAreThoseOfTestableTexts() {
    let found = standing(Self.texts + [nil])
    #expect(found.testable == Proportion(20, of: 25))
    #expect(found.own.trusted == Proportion(12, of: 20))
    #expect(found.own.supported == Array(repeating: Proportion(12, of: 20), count: 3))
    #expect(found.ceiling.trusted == Proportion(16, of: 20))
    #expect(found.chance == Proportion(2, of: 20))
    #expect(found.untrue == Proportion(1, of: 20))
  }

  /// Oracle: (a − r)/(c − r), and a − (c + r)/2, by hand; the number of texts by its formula from the
  /// plain standard deviation of the twenty values 0, ½, −½, 0, 0.
  @Test func theStandingIsTheWayFromChanceToTheCeiling() throws {
    let found = standing(Self.texts)
    expectClose(try #require(found.attained), 0.5 / 0.7, absolute: 1e-15)
    let half = try #require(found.beyondHalf)
    let values =
      Array(repeating: 0.0, count: 6) + Array(repeating: 0.5, count: 10)
      + Array(repeating: -0.5, count: 4)
    let mean = values.reduce(0, +) / 20
    expectClose(half.difference, mean, absolute: 1e-15)
    expectClose(try #require(found.toCeiling).difference, -0.2, absolute: 1e-15)
    expectClose(try #require(found.toChance).difference, 0.5, absolute: 1e-15)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 19
    let factor = 1.959963984540054 + 0.8416212335729143
    let testable = (factor * factor * variance / (mean * mean)).rounded(.up)
    #expect(found.textsNeeded == Int((testable / 0.8).rounded(.up)))
    #expect(found.answer == .open)
    #expect(try #require(found.interval).contains(0.5 / 0.7))
  }

  /// Oracle: each answer by texts that all say the same, where no interval has a width.
  @Test(arguments: MapStanding.Answer.allCases)
  func everyAnswerHasTextsThatGiveIt(_ answer: MapStanding.Answer) {
    let maps =
      switch answer {
      case .trustworthy: Text.several((12, Text.map(.trustworthy)))
      case .notTrustworthy: Text.several((12, Text.map(.inconclusive)))
      case .open: Text.several((5, Text.map(.trustworthy)))
      case .noCeiling: Text.several((12, Text.map(.trustworthy, ceiling: .inconclusive)))
      }
    #expect(standing(maps).answer == answer)
    #expect(!standing(maps).sentence.isEmpty)
  }

  /// Oracle: five texts that agree are reached by one flip in 32, six by one in 64.
  @Test func fewTextsDecideNothingHoweverMuchTheyAgree() {
    #expect(standing(Text.several((5, Text.map(.trustworthy)))).answer == .open)
    #expect(standing(Text.several((6, Text.map(.trustworthy)))).answer == .trustworthy)
    #expect(standing(Text.several((5, Text.map(.trustworthy)))).textsNeeded == 6)
  }

  /// Oracle: a map that is untrue in most texts is not trustworthy, whatever can be attained there.
  @Test func untrueMapsNeedNoCeiling() {
    let maps = Text.several((30, Text.map(.notTrustworthy, ceiling: .inconclusive)))
    #expect(standing(maps).answer == .notTrustworthy)
    // All of them say the same, so that as many are needed as flipped signs do.
    #expect(standing(maps).textsNeeded == 6)
  }

  /// Oracle: where nothing can be attained, no number of texts decides anything.
  @Test func withoutACeilingNoNumberOfTextsDecides() {
    let maps = Text.several((12, Text.map(.trustworthy, ceiling: .inconclusive)))
    #expect(standing(maps).textsNeeded == nil)
  }

  /// Oracle: the relation: as often as the oracle is all of the way, as often as chance none of it.
  @Test func theScaleEndsAtChanceAndAtTheCeiling() throws {
    let top = Text.several(
      (9, Text.map(.trustworthy)), (6, Text.map(.inconclusive, ceiling: .inconclusive)))
    #expect(standing(top).attained == 1)
    let bottom = Text.several(
      (3, Text.map(.trustworthy, chance: true)), (9, Text.map(.inconclusive)))
    #expect(standing(bottom).attained == 0)
  }

  /// Oracle: the words, with the numbers counted above.
  @Test func theSentenceHoldsTheNumbers() {
    let sentence = standing(Self.texts).sentence
    for words in [
      "Whether map can be trusted on this model is open", "trusted in 60% [39%, 78%]",
      "20 testable texts (of 25)", "leave-one-out map reaches 80%", "placed at random 10%",
      "71% [", "of the way from chance to that ceiling", "such texts would decide it",
    ] {
      #expect(sentence.contains(words), "\(words) in: \(sentence)")
    }
    let none = standing([Text.map(.trustworthy, isTestable: false)]).sentence
    #expect(none.contains("none of 1 texts could tell"))
  }

  /// Oracle: a text that any of several maps shows to be testable.
  @Test func aTextIsTestableWhereAnyMapShowsIt() {
    var columns = ExaminedColumns()
    columns.rows = [0, 1, 2]
    columns.judged = [
      ("a", [Text.map(.trustworthy, isTestable: false), Text.map(.trustworthy), nil]),
      ("b", [Text.map(.trustworthy), nil, nil]),
    ]
    #expect(columns.isTestable == [true, true, false])
  }
}

@Suite struct MapPairTests {
  private static func map(_ efficiency: Double?, _ removals: [RemovalOperator: Double]) -> JudgedMap
  {
    var judgement = Text.judgement(.trustworthy, efficiency)
    judgement = Judgement(
      verdict: judgement.verdict, outcomes: judgement.outcomes,
      efficiencies: judgement.efficiencies, removals: removals)
    return JudgedMap(
      name: "map", own: judgement, oracle: nil, isTestable: true, trustsChance: false)
  }

  /// Oracle: by hand: removal is compared operator by operator, as one text's values, where both maps
  /// have it; the others by their one efficiency.
  @Test func likeIsComparedWithLike() throws {
    let first = [
      Self.map(0.9, [.delete: 0.8, .mask: 0.6]), Self.map(0.5, [.delete: 0.4]), Self.map(nil, [:]),
    ]
    let second = [
      Self.map(0.4, [.delete: 0.5, .mask: 0.6, .replace: 1]), Self.map(0.6, [.mask: 0.4]),
      Self.map(0.3, [.delete: 1]),
    ]
    let pair = MapPair(
      ("first", first), ("second", second), isTestable: [true, true, true], Execution(seed: 1))
    let consistency = try #require(pair.efficiency[0])
    #expect(consistency.texts == 2)
    expectClose(consistency.difference, (0.5 - 0.1) / 2, absolute: 1e-15)
    let removal = try #require(pair.efficiency[1])
    #expect(removal.texts == 1 && removal.interval == nil && removal.detectable == nil)
    expectClose(removal.difference, 0.15, absolute: 1e-15)
    #expect(pair.trusted?.difference == 0)
    #expect(pair.sentence.contains("share trusted +0 [+0, +0] points (0 would have been seen)"))
  }

  /// Oracle: the comparison the other way round.
  @Test func theOtherWayRoundTheSignTurns() throws {
    let first = (0..<12).map { Self.map(Double($0) / 12, [.delete: 0.5]) }
    let second = (0..<12).map { Self.map(Double($0 * $0) / 144, [.delete: 0.25]) }
    let isTestable = Array(repeating: true, count: 12)
    let one = MapPair(("a", first), ("b", second), isTestable: isTestable, Execution(seed: 1))
    let other = MapPair(("b", second), ("a", first), isTestable: isTestable, Execution(seed: 1))
    for (there, back) in zip(one.efficiency, other.efficiency) {
      let (there, back) = (try #require(there), try #require(back))
      expectClose(there.difference, -back.difference, absolute: 1e-15)
      expectClose(try #require(there.detectable), try #require(back.detectable), absolute: 1e-15)
      #expect(there.side == .plus && back.side == .minus)
    }
  }
}
