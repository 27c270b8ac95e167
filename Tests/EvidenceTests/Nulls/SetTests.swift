import Foundation
import Tensors
import Testing

@testable import Evidence

@Suite struct SubsetsTests {
  @Test func fewSubsetsAreAllTaken() {
    let subsets = Subsets(
      of: [1, 2, 3, 4], size: 2, limit: 100, source: RandomSource(seed: 0, stream: "s"))
    #expect(subsets.chosen == [[1, 2], [1, 3], [1, 4], [2, 3], [2, 4], [3, 4]])
    #expect(subsets.isEnumerated)
  }

  @Test func manySubsetsAreSampledWithoutRepeats() {
    let subsets = Subsets(
      of: Array(0..<30), size: 5, limit: 100, source: RandomSource(seed: 0, stream: "s"))
    #expect(subsets.chosen.count == 100 && Set(subsets.chosen).count == 100)
    #expect(!subsets.isEnumerated)
  }

  /// Oracle: in any beginning a unit comes in the mean share of the sets, and so does a pair. Sets drawn
  /// apart from each other spread ten times as wide over units (a binomial's variance).
  @Test(arguments: [(28, 3), (24, 8), (12, 4), (40, 13)])
  func unitsAndPairsComeEvenly(count: Int, size: Int) {
    let chosen = Subsets(
      of: Array(0..<count), size: size, limit: 199, source: RandomSource(seed: 2, stream: "s")
    ).chosen
    for length in [64, 199] {
      var singles = [Int](repeating: 0, count: count)
      var pairs = [Int: Int]()
      for set in chosen.prefix(length) {
        for unit in set {
          singles[unit] += 1
          for other in set where other < unit { pairs[unit * count + other, default: 0] += 1 }
        }
      }
      let share = Double(size) / Double(count)
      let spread = singles.map { pow(Double($0) - Double(length) * share, 2) }.reduce(0, +)
      #expect(spread / Double(count) <= 0.1 * Double(length) * share * (1 - share))
      let possible = count * (count - 1) / 2
      let mean = Double(length) * share * Double(size - 1) / Double(count - 1)
      let squares = pairs.values.reduce(0.0) { $0 + pow(Double($1) - mean, 2) }
      let absent = Double(possible - pairs.count) * mean * mean
      #expect((squares + absent) / Double(possible) <= 0.5 * mean, "at \(length)")
    }
  }

  /// Oracle: by symmetry every set is as likely as any other, whatever its place in the stream; χ² over
  /// the 15 pairs of six units, of 3,000 streams, with 14 degrees of freedom: 36.1 is exceeded once in
  /// a thousand.
  @Test(arguments: [0, 1, 5])
  func aSetByItselfIsUniform(place: Int) {
    var counts = [[Int]: Int]()
    for seed in 0..<3000 {
      let sets = Subsets(
        of: Array(0..<6), size: 2, limit: 6, source: RandomSource(seed: UInt64(seed), stream: "s")
      ).chosen
      counts[sets[place], default: 0] += 1
    }
    #expect(counts.count == 15)
    #expect(counts.values.reduce(0.0) { $0 + pow(Double($1) - 200, 2) / 200 } < 36.1)
  }

  @Test func aSetLargerThanTheRestHasNoSwap() {
    #expect(
      Subsets(of: [1], size: 2, limit: 9, source: RandomSource(seed: 0, stream: "s")).chosen == [])
  }

  @Test func subsetsAreCountedUpToALimit() {
    #expect(Subsets.count(of: 10, size: 9, limit: 100) == 10)
    #expect(Subsets.count(of: 10, size: 5, limit: 1000) == 252)
    #expect(Subsets.count(of: 10, size: 5, limit: 100) == 100)
    #expect(Subsets.count(of: 3, size: 4, limit: 100) == 0)
    #expect(Subsets.count(of: 3, size: 0, limit: 100) == 0)
    #expect(Subsets.count(of: 52, size: 5) == 2_598_960)
  }
}

@Suite struct SetStreamTests {
  /// The stream depends on nothing but the seed, the number of units and the size.
  @Test func theFirstSetsAreThoseOfTheWholeStream() {
    let stream = SetStream(count: 28, size: 3, draws: Draws(), seed: 4)
    #expect(stream.sets.count == 199 && stream.first == Array(stream.sets.prefix(64)))
    #expect(stream.bound == 1.0 / 3276)
    #expect(stream.sets == SetStream(count: 28, size: 3, draws: Draws(), seed: 4).sets)
    #expect(stream.sets != SetStream(count: 28, size: 3, draws: Draws(), seed: 5).sets)
  }

  @Test func fewSetsAreEnumeratedAndAllOfThemCount() {
    let stream = SetStream(count: 12, size: 2, draws: Draws(), seed: 4)
    #expect(stream.isEnumerated && stream.first.count == 66 && stream.first == stream.sets)
  }
}

@Suite struct SequentialPTests {
  /// Oracle: ⌈0.05 · 200⌉ = 10.
  @Test func readingStopsAtTheLevelsShare() {
    #expect(SequentialP.enough(alpha: 0.05, most: 199) == 10)
    #expect(SequentialP.enough(alpha: 0.01, most: 199) == 2)
  }

  /// Closed form: every second value exceeds, so ten exceedances come with the twentieth value.
  @Test func pIsTheShareWhereReadingStopped() {
    let values = (0..<199).map { $0 % 2 == 0 ? 0.0 : 1.0 }
    let p = SequentialP(0.5, in: values, isExact: false, enough: 10)
    #expect(p.read == 20 && p.exceedances == 10 && p.value == 0.5)
  }

  @Test func allReadIsTheUsualMonteCarloP() {
    let values = [1.0] + Array(repeating: 0, count: 198)
    let p = SequentialP(0.5, in: values, isExact: false, enough: 10)
    #expect(p.read == 199 && p.value == 2.0 / 200)
  }

  @Test func enumeratedValuesGiveTheirShareAndAreNeverCutShort() {
    let p = SequentialP(2, in: (0..<20).map(Double.init), isExact: true, enough: 10)
    #expect(p.read == 20 && p.value == 18.0 / 20)
  }

  /// A tie is fixed beforehand: 0.001 below counts, 0.0011 does not.
  @Test func tiesCountAsExceedances() {
    #expect(SequentialP(0.5, in: [0.4991], isExact: true, enough: 10).exceedances == 1)
    #expect(SequentialP(0.5, in: [0.4989], isExact: true, enough: 10).exceedances == 0)
  }

  /// Oracle: sequential and full decisions at the level agree, p ≤ α if and only if fewer than h of
  /// 199 exceed, whatever the order of the stream.
  @Test func theDecisionIsThatOfTheFullSample() {
    for index in 0..<300 {
      var draw = RandomSource(seed: 1, stream: "sequential").draw(index)
      let values = (0..<199).map { _ in draw.uniform() }
      let observed = 0.85 + 0.15 * draw.uniform()
      let sequential = SequentialP(observed, in: values, isExact: false, enough: 10)
      let exceedances = values.count { $0 >= observed - Draws.tie }
      let full = Double(1 + exceedances) / 200
      #expect((sequential.value <= 0.05) == (full <= 0.05), "\(exceedances)")
    }
  }
}

@Suite struct EfficiencyTests {
  /// An experiment on a set function written down in the test; every set that is asked is counted.
  private func experiment(
    _ count: Int, draws: Draws = Draws(), seed: UInt64 = 0, isSearched: Bool = true,
    _ effect: @escaping ([Int]) -> Double
  ) -> SetExperiment {
    let effects = { (sets: [[Int]]) throws(AssayError) -> [Double] in sets.map(effect) }
    return SetExperiment(
      effects: effects,
      searched: isSearched
        ? { size throws(AssayError) in
          let form = CombinedForm(singles: (0..<count).map { effect([$0]) })
          return try SetSearch.grow(form.strongest(1), to: size, of: count, effects).sorted()
        } : nil,
      most: 2, count: count,
      stream: { SetStream(count: count, size: $0, draws: draws, seed: seed) },
      thresholds: Thresholds(), draws: draws)
  }

  private static func all(_ count: Int, _ size: Int) -> [[Int]] {
    Subsets(
      of: Array(0..<count), size: size, limit: 1_000_000, source: RandomSource(seed: 0, stream: "")
    ).chosen
  }

  /// Oracle: on up to ten units every set is run by a plain loop written here.
  @Test(arguments: 0..<40) func exactOnFewUnits(index: Int) throws {
    var draw = RandomSource(seed: 7, stream: "exact").draw(index)
    let count = 4 + draw.integer(below: 7)
    let size = 1 + draw.integer(below: max(1, count / 3))
    let weights = (0..<count).map { _ in draw.uniform() }
    let pair = Set([draw.integer(below: count), draw.integer(below: count)])
    func effect(_ set: [Int]) -> Double {
      // Saturating, with a pair that matters together: neither additive nor symmetric.
      let sum = set.reduce(0) { $0 + weights[$1] } + (pair.isSubset(of: set) ? 0.7 : 0)
      return sum / (1 + sum)
    }
    let set = Array(draw.permutation(count).prefix(size)).sorted()
    let found = try experiment(count) { effect($0) }.measure(set)

    func combined(_ set: [Int]) -> Double {
      set.count == 1 ? effect(set) : effect(set) + set.reduce(0) { $0 + effect([$1]) }
    }
    let every = Self.all(count, size).map(combined)
    let mean = every.reduce(0, +) / Double(every.count)
    let most = every.max() ?? 0
    #expect(abs(found.mean - mean) < 1e-12)
    #expect(abs(found.best.combined - most) < 1e-12)
    #expect(abs(found.combined - combined(set)) < 1e-12)
    if most - mean >= 0.05 {
      let value = try #require(found.value(0.05))
      #expect(abs(value - (combined(set) - mean) / (most - mean)) < 1e-12)
    } else {
      #expect(found.value(0.05) == nil)
    }
    let exceeding = every.count { $0 >= combined(set) - 0.001 }
    #expect(found.p?.value == Double(exceeding) / Double(every.count))
  }

  /// Closed form: additive evidence. The mean of f* is exact whatever sets were drawn, since the
  /// control variate takes all of the noise out.
  @Test func additiveEvidenceHasAnExactMean() throws {
    let weights = (0..<30).map { 0.02 * Double($0 % 7) }
    let found = try experiment(30) { $0.reduce(0) { $0 + weights[$1] } }.measure([3, 6, 13])
    let single = weights.reduce(0, +) / 30
    #expect(abs(found.mean - 6 * single) < 1e-12 && abs(found.typical - 3 * single) < 1e-12)
  }

  /// Truth by construction: two units that decide only together. No single removal shows them; growth
  /// starts anywhere and finds them, and the pair has efficiency 1 while any other set has about 0.
  @Test func evidenceThatIsNeededJointlyIsSeen() throws {
    let effect = { (set: [Int]) in set.contains(3) || set.contains(8) ? 0.8 : 0.01 }
    let found = try experiment(24, effect).measure([3, 8])
    #expect(found.value(0.05) == 1 && found.outcome(Thresholds()) == .supports)
    let other = try experiment(24, effect).measure([0, 1])
    #expect(other.outcome(Thresholds()) == .contradicts)
  }

  /// Truth by construction: either of two units does; removing one alone changes nothing. Growth
  /// cannot see it (no step helps), which is said; elimination does.
  @Test func copiesAreFoundByElimination() throws {
    let effect = { (set: [Int]) in set.contains(2) && set.contains(5) ? 0.8 : 0.0 }
    let effects = { (sets: [[Int]]) throws(AssayError) -> [Double] in sets.map(effect) }
    #expect(try SetSearch.eliminate(to: 2, of: 12, effects) == [2, 5])
  }

  /// A set of units without effect is contradicted where others have one, and undecided where nothing
  /// has.
  @Test func withoutAnyEffectNothingIsDecided() throws {
    let nothing = try experiment(20) { _ in 0.01 }.measure([1, 2])
    #expect(nothing.outcome(Thresholds()) == .inconclusive && nothing.value(0.05) == nil)
    let elsewhere = try experiment(20) { $0.contains(7) ? 0.5 : 0 }.measure([1, 2])
    #expect(elsewhere.outcome(Thresholds()) == .contradicts)
  }

  /// Metamorphic: exchanging two units of equal effect leaves η as it is, to the bit, where all sets are
  /// enumerated.
  @Test func unitsOfEqualEffectAreExchangeable() throws {
    let weights = [0.1, 0.3, 0.3, 0.05, 0.2, 0.0, 0.02]
    let effect = { (set: [Int]) in set.reduce(0) { $0 + weights[$1] } }
    let first = try experiment(7, effect).measure([1, 4])
    let second = try experiment(7, effect).measure([2, 4])
    #expect(first.value(0.05) == second.value(0.05) && first.p == second.p)
  }

  /// Closed form: .05 · 64 exceeds 1.6 √(64 · .05 · .95) = 2.8, so 64 sets without one that does as much
  /// are enough at 5 %, and 91 with one of them; at 1 %, where 1.99 < 2.2, none of 199 are not.
  @Test func readingStopsWhereNothingComesNear() throws {
    let stream = SetStream(count: 24, size: 3, draws: Draws(), seed: 0)
    func p(_ alpha: Double, rival: [Int]?) throws -> SequentialP {
      let effects = { (sets: [[Int]]) throws(AssayError) -> [Double] in
        sets.map { $0 == [0, 1, 2] || $0 == rival ? 0.9 : 0.01 * Double($0.count) }
      }
      var thresholds = Thresholds()
      thresholds.alpha = alpha
      let found = try SetExperiment(
        effects: effects, searched: nil, most: 2, count: 24, stream: { _ in stream },
        thresholds: thresholds, draws: Draws()
      ).measure([0, 1, 2])
      return try #require(found.p)
    }
    #expect(!stream.sets.contains([0, 1, 2]))
    let (clear, strict) = (try p(0.05, rival: nil), try p(0.01, rival: nil))
    #expect(clear.read == 64 && clear.value == 1.0 / 65)
    #expect(strict.read == 199 && strict.value == 1.0 / 200)
    let reached = try p(0.05, rival: stream.sets[10])
    #expect(reached.read == 91 && reached.value == 2.0 / 92)
  }

  /// Oracle: a random set supports no more often than max(α, bound) + 3 standard errors.
  @Test(arguments: [0.01, 0.05, 0.1]) func randomSetsSupportNoMoreThanTheLevel(alpha: Double) throws
  {
    var supported = 0
    let trials = 600
    for index in 0..<trials {
      var draw = RandomSource(seed: 3, stream: "level").draw(index)
      let weights = (0..<18).map { _ in draw.uniform() * draw.uniform() }
      var thresholds = Thresholds()
      thresholds.alpha = alpha
      let set = Array(draw.permutation(18).prefix(3)).sorted()
      let found = try experiment(18, seed: UInt64(index)) { set in
        let sum = set.reduce(0) { $0 + weights[$1] }
        return sum / (1 + sum)
      }.measure(set)
      if found.outcome(thresholds) == .supports { supported += 1 }
    }
    let error = (alpha * (1 - alpha) / Double(trials)).squareRoot()
    #expect(Double(supported) / Double(trials) <= alpha + 3 * error)
  }
}
