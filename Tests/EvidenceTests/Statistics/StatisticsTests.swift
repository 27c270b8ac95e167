import Testing

@testable import Evidence

@Suite struct StatisticsTests {
  /// Oracle: scipy, and direct formulas in the fixture's generator where scipy has none.
  @Test func everyStatisticEqualsTheGoldenTableTo1e12() throws {
    for golden in try GoldenStatistics.load().pairs {
      let pair = ScorePair(Ranking(golden.a), Ranking(golden.b), k: golden.k)
      for (name, value, pValue) in golden.expected {
        let found = try AgreementStatistic.named(name).evaluate(pair)
        guard let value else {
          #expect(found.undefined != nil, "\(name) of \(golden.name)")
          continue
        }
        let measured = try #require(found.value, "\(name) of \(golden.name)")
        #expect(isClose(measured, value), "\(name) of \(golden.name)")
        guard let pValue else { continue }
        let probability = try #require(found.pValue, "\(name) of \(golden.name)")
        #expect(isClose(probability.value, pValue), "p of \(name) of \(golden.name)")
      }
      #expect(Ranking(golden.a).averageRanks == golden.ranks)
    }
  }

  /// Oracle: scipy's tails, to a relative 1e-11 however small they are.
  @Test func tailProbabilitiesEqualScipyInRelativeTerms() throws {
    let special = try GoldenStatistics.load().special
    func check(_ found: Double, _ expected: Double, _ label: String) {
      let scale = max(abs(expected), 1e-290)
      #expect(abs(found - expected) <= 1e-11 * scale, "\(label): \(found) for \(expected)")
    }
    for row in special.student_two_sided {
      check(Distribution.studentTwoSided(row[1], degrees: row[0]), row[2], "t \(row)")
    }
    for row in special.normal_two_sided {
      check(Distribution.normalTwoSided(row[0]), row[1], "normal \(row)")
    }
    for row in special.incomplete_beta {
      let found = Distribution.incompleteBeta(row[0], x: row[1], complement: 1 - row[1])
      check(found, row[2], "beta \(row)")
    }
  }

  /// Oracle: counting inversions in every one of the n! orders.
  @Test func exactKendallProbabilityEqualsEnumeration() {
    for count in 2...7 {
      let pairs = count * (count - 1) / 2
      var histogram = [Int](repeating: 0, count: pairs + 1)
      for var order in PermutationNull.all(count) { histogram[Kendall.inversions(&order)] += 1 }
      let total = Double(histogram.reduce(0, +))
      for discordant in 0...pairs {
        let distance = abs(pairs - 2 * discordant)
        let far = (0...pairs).filter { abs(pairs - 2 * $0) >= distance }
        let expected = Double(far.map { histogram[$0] }.reduce(0, +)) / total
        #expect(
          isClose(Kendall.exactTwoSided(count: count, discordant: discordant), expected))
      }
    }
  }

  /// Oracle: the definition of tau-b over all pairs.
  @Test func kendallEqualsTheDefinitionOverAllPairs() throws {
    for golden in try GoldenStatistics.load().pairs {
      var (difference, first, second) = (0, 0, 0)
      for i in golden.a.indices {
        for j in 0..<i {
          let x = golden.a[i] == golden.a[j] ? 0 : golden.a[i] < golden.a[j] ? -1 : 1
          let y = golden.b[i] == golden.b[j] ? 0 : golden.b[i] < golden.b[j] ? -1 : 1
          difference += x * y
          first += x * x
          second += y * y
        }
      }
      let expected = Double(difference) / (Double(first) * Double(second)).squareRoot()
      let found = Kendall.measure(ScorePair(Ranking(golden.a), Ranking(golden.b), k: 1))
      #expect(isClose(try #require(found.value), expected), "\(golden.name)")
    }
  }

  /// Metamorphic: rank statistics ignore increasing maps; symmetric ones ignore the order of
  /// arguments; all ignore a common reordering of the positions.
  @Test func invariancesHold() throws {
    for golden in try GoldenStatistics.load().pairs where golden.a.count > 2 {
      let pair = ScorePair(Ranking(golden.a), Ranking(golden.b), k: golden.k)
      let bent = ScorePair(Ranking(golden.a.map { $0 * $0 * $0 + $0 }), pair.second, k: golden.k)
      let swapped = ScorePair(pair.second, pair.first, k: golden.k)
      let reversed = ScorePair(
        Ranking(golden.a.reversed()), Ranking(golden.b.reversed()), k: golden.k)
      for statistic in AgreementStatistic.all {
        let value = statistic.measure(pair).value ?? .infinity
        let back = statistic.measure(reversed).value ?? .infinity
        #expect(value == back || isClose(back, value), "\(statistic.name) of \(golden.name)")
        if statistic.name != "lift" {
          let other = statistic.measure(swapped).value ?? .infinity
          #expect(value == other || isClose(other, value), "\(statistic.name) of \(golden.name)")
        }
        if !["lift", "pearson", "jsd"].contains(statistic.name) {
          #expect(statistic.measure(bent) == statistic.measure(pair), "\(statistic.name)")
        }
      }
    }
  }

  /// Metamorphic: a permuted ranking equals the ranking of the permuted scores, up to the order of
  /// positions within a group of ties.
  @Test func permutingARankingEqualsRankingThePermutedScores() {
    let scores = [0.5, -1, 0.5, 3, 0, 3, 3, 2]
    for permutation in [[7, 6, 5, 4, 3, 2, 1, 0], [3, 0, 1, 2, 6, 7, 4, 5]] {
      let permuted = Ranking(scores).permuted(by: permutation)
      let ranked = Ranking(permutation.map { scores[$0] })
      #expect(permuted.scores == ranked.scores)
      #expect(permuted.groups == ranked.groups)
      #expect(permuted.groupOfPosition == ranked.groupOfPosition)
      for group in ranked.groups {
        #expect(Set(permuted.order[group]) == Set(ranked.order[group]))
      }
    }
  }

  /// Closed form: all mass on the top is 1, spread evenly is 0, at the bottom of two is −1.
  @Test func liftHasItsStatedScale() {
    #expect(Lift.of([0, 0, 2, 0], in: [1, 3, 7, 1]).value == 1)
    #expect(Lift.of([1, 1, 1, 1], in: [1, 3, 7, 1]).value == 0)
    #expect(Lift.of([5, 0], in: [1, 2]).value == -1)
    #expect(Lift.of([-5, 1], in: [1, 2]).value == 1)
    #expect(Lift.of([-5, 0], in: [1, 2]).undefined == .noMass(.first))
    #expect(Lift.of([1, 2], in: [3, 3]).undefined == .constant(.second))
  }

  /// Closed form: disjoint supports are ln 2 apart, and magnitudes ignore signs and scale.
  @Test func divergenceHasItsStatedRange() {
    func jsd(_ a: [Double], _ b: [Double]) -> Association {
      JensenShannon.measure(ScorePair(Ranking(a), Ranking(b), k: 1))
    }
    #expect(isClose(jsd([1, 0], [0, 3]).value ?? -1, 0.693_147_180_559_945_3))
    #expect(jsd([1, -2, 3], [-2, 4, 6]).value == 0)
    #expect(jsd([0, 0], [1, 1]).undefined == .noMass(.first))
    #expect(jsd([1e300, 1e300], [1e-300, 1e-300]).value == 0)
  }

  /// A tie group that k would cut is left out; when that empties a list there is no value.
  @Test func topKListsThatTiesEmptyAreUndefined() {
    let tied = ScorePair(Ranking([1, 1, 1, 0]), Ranking([4, 3, 2, 1]), k: 2)
    #expect(KendallTopK.measure(tied) == .undefined(.tiedAtTop(.first)))
    let cut = ScorePair(Ranking([3, 1, 1, 0]), Ranking([3, 4, 2, 1]), k: 2)
    #expect(KendallTopK.measure(cut).value == 0.6)
  }
}
