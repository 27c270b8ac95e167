import Tensors
import TestSupport
import Testing

@testable import Evidence

@Suite struct SummariesTests {
  private static let values = [3.0, 1.5, -2.0, 7.25, 0.0, 4.0, 4.0]

  /// Oracle: numpy 2, `quantile` of its default definition.
  @Test func quantilesAreThoseOfNumpy() {
    let ordered = Ordered(Self.values)
    expectClose(
      [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1].map(ordered.quantile),
      [-2.0, -1.4, 0.75, 3.0, 4.0, 6.274999999999998, 7.25], absolute: 1e-14)
  }

  /// Oracle: numpy 2, `histogram` with 24 bins.
  @Test func histogramsAreThoseOfNumpy() {
    let histogram = Histogram(Ordered(Self.values))
    let expected = [1, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 1]
    #expect(histogram.counts == expected)
    expectClose(
      [0, 1, 7, 23, 24].map { histogram.edges[$0] },
      [-2.0, -1.6145833333333333, 0.697916666666667, 6.864583333333334, 7.25], absolute: 1e-14)
    let single = Histogram(Ordered([2, 2]))
    #expect(single.edges.first == 1.5 && single.edges.last == 2.5 && single.counts[12] == 2)
    // Between neighbours among the floating-point numbers there is no edge.
    #expect(Histogram(Ordered([1, 1 + 4e-16])).counts.reduce(0, +) == 2)
  }

  /// Oracle: a sum that loses 1 in every step of plain addition.
  @Test func sumsKeepWhatRoundingLoses() {
    #expect([1e16, 1, 1, 1, 1, -1e16].compensatedSum == 4)
    #expect([1, 1e100, 1, -1e100].compensatedSum == 2)
    #expect([Double]().mean == nil)
  }

  /// Oracle: sorting every resample and taking its middle; the same draws by the same names.
  @Test(arguments: [1, 2, 7, 8]) func theMedianIsResampledWithoutSorting(_ count: Int) throws {
    let values = Array(Self.values.prefix(count)) + (count > 7 ? [0.5] : [])
    let bootstrap = Bootstrap(Execution(seed: 5), "median")
    let sorted = values.sorted()
    let expected = bootstrap.interval(of: values.count) { places in
      Ordered(places.map { sorted[$0] }).median
    }
    let found = try #require(bootstrap.median(values))
    expectClose(found.lowerBound, try #require(expected).lowerBound, absolute: 1e-12)
    expectClose(found.upperBound, try #require(expected).upperBound, absolute: 1e-12)
  }

  /// Oracle: √(p(1 − p)/n) of a share, which resampling a mean of flags approaches.
  @Test func theIntervalOfAMeanOfFlagsIsNearTheNormalOne() throws {
    let flags: [Double?] = (0..<100).map { $0 < 30 ? 1 : 0 } + [nil]
    let found = MeanEstimate(flags, Bootstrap(Execution(seed: 0), "flags"))
    let half = 1.96 * (0.3 * 0.7 / 100).squareRoot()
    #expect(found.count == 100 && found.mean == 0.3)
    let interval = try #require(found.interval)
    expectClose(interval.lowerBound, 0.3 - half, absolute: 0.02)
    expectClose(interval.upperBound, 0.3 + half, absolute: 0.02)
    #expect(MeanEstimate([nil], Bootstrap(Execution(seed: 0), "none")).interval == nil)
  }

  @Test func aDistributionCountsWhatIsUndefined() throws {
    let found = ValueDistribution([1, nil, 3, 2], Bootstrap(Execution(seed: 0), "one"))
    #expect(found.count == 3 && found.undefined == 1)
    #expect(try #require(found.summary).median == 2)
    #expect(ValueDistribution([nil], Bootstrap(Execution(seed: 0), "one")).summary == nil)
  }

  @Test func wordsThatWereNamedComeFirst() {
    let shares = Shares(["b", nil, "a", "b", "z"], order: ["z", "y"])
    #expect(shares.all.map(\.word) == ["z", "y", "a", "b"])
    #expect(shares["b"] == Proportion(2, of: 4) && shares["y"] == Proportion(0, of: 4))
    #expect(shares["never"].share == nil)
  }

  /// Oracle: all pairs one by one, a tie counting half; scipy 1.17.1, `mannwhitneyu`/25, gives .7.
  @Test func theAreaCountsTiesHalf() throws {
    #expect(RankArea.of([2, 3, 3, 5, 1.5], over: [1, 2, 3, 0, 3]) == 0.7)
    #expect(RankArea.of([], over: [1]) == nil)
    let (a, b) = ([1.0, 4, 2, 2], [2.0, 2, 5, 1])
    let pairs = a.flatMap { x in b.map { x > $0 ? 1 : x == $0 ? 0.5 : 0.0 } }
    #expect(RankArea.of(a, over: b) == pairs.reduce(0, +) / 16)
    let interval = try #require(
      RankArea.pairedInterval(a, over: a, Bootstrap(Execution(seed: 0), "same")))
    #expect(interval == 0.5...0.5)
  }

  /// Oracle: numpy 2, `interp` between the points, the last value beyond them.
  @Test func curvesAreReadOffBetweenTheirPoints() throws {
    let part = [0.1, 0.25, 0.2, 0.6]
    let curve = try #require(
      DeletionCurve(
        fractions: [0.07, 0.12, 0.3, 0.5], measured: Array(repeating: part, count: 4),
        startsAtZero: true))
    let expected = [
      0.0, 0.07142857142857144, 0.19, 0.24166666666666667, 0.22777777777777777,
      0.2138888888888889, 0.2, 0.3, 0.4, 0.5, 0.6,
    ]
    for index in 0..<4 { expectClose(curve[part: index], expected, absolute: 1e-15) }
    let short = try #require(
      DeletionCurve(
        fractions: [0.3], measured: Array(repeating: [0.5], count: 4), startsAtZero: false))
    #expect(short[part: 0] == Array(repeating: 0.5, count: 11))
    let mean = try #require(DeletionCurve.mean([curve, short]))
    expectClose(mean[part: 2], zip(expected, short[part: 2]).map { ($0 + $1) / 2 }, absolute: 1e-15)
    #expect(DeletionCurve(fractions: [], measured: [], startsAtZero: true) == nil)
  }

  /// Oracle: Python's format of the same numbers.
  @Test func numbersInSentencesAreWrittenAsPythonDoes() {
    #expect(Phrases.fixed(0.125, 2) == "0.12" && Phrases.fixed(-0.126, 2) == "-0.13")
    #expect(Phrases.fixed(-0.001, 2) == "0.00" && Phrases.fixed(12, 0) == "12")
    #expect(Phrases.number(33.30, 1) == "33.3" && Phrases.number(33.0, 1) == "33")
    #expect(Phrases.number(1234.5) == "1234" && Phrases.number(100) == "100")
    #expect(Phrases.number(0.2) == "0.2" && Phrases.number(0) == "0")
    #expect(Phrases.percent(0.0053, 1) == "0.5%" && Phrases.percent(0.445) == "44%")
    #expect(Phrases.count(1_234_567) == "1,234,567" && Phrases.count(999) == "999")
    #expect(Phrases.probability(0.0001) == "p < 0.001" && Phrases.probability(0.05) == "p = 0.05")
    #expect(Phrases.share(Proportion(0, of: 0)) == "none")
  }
}
