import Tensors
import TestSupport
import Testing

@testable import Evidence

@Suite struct PairedComparisonTests {
  private static let differences = [0.3, -0.1, 0.25, 0.4, -0.05, 0.2, 0.15, 0.35]

  /// Oracle: scipy 1.17.1, `permutation_test` with all sign flips, one-sided: 5 of 256.
  @Test func allFlipsAreCountedWhereTheyAreFew() {
    let execution = Execution(seed: 0)
    #expect(SignFlip.pValue(Self.differences, execution, "test") == 0.01953125)
    // What is 0 flips into itself and changes nothing.
    #expect(SignFlip.pValue(Self.differences + [0, 0], execution, "test") == 0.01953125)
    #expect(SignFlip.pValue([], execution, "test") == 1)
  }

  /// Oracle: all 2¹⁶ flips in a plain loop; draws miss it by three deviations at most.
  @Test func drawnFlipsComeNearToAllOfThem() {
    var random = TestNumbers(seed: 8)
    let sums = random.floats(16, in: -1...1.6).map(Double.init)
    let observed = sums.reduce(0, +)
    let reached = (0..<1 << 16).count { flips in
      sums.indices.reduce(0.0) { $0 + (flips >> $1 & 1 == 1 ? -sums[$1] : sums[$1]) }
        >= observed - 1e-12
    }
    let exact = Double(reached) / Double(1 << 16)
    let found = SignFlip.pValue(sums, Execution(seed: 0), "test")
    let deviation = (exact * (1 - exact) / Double(SignFlip.draws)).squareRoot()
    #expect(abs(found - exact) <= 3 * deviation + 1e-4, "\(found) \(exact)")
  }

  /// Oracle: scipy 1.17.1, `sem`, and z at .975 and .80.
  @Test func oneValueATextGivesTheStandardError() throws {
    let clusters = Self.differences.map { [$0] }
    let error = try #require(PairedComparison.standardError(clusters))
    expectClose(error, 0.06391260774347599, relative: 1e-12)
    let found = try #require(
      PairedComparison(clusters: clusters, Execution(seed: 3), purpose: "test"))
    #expect(found.texts == 8)
    expectClose(found.difference, 0.1875, absolute: 1e-15)
    expectClose(
      try #require(found.detectable),
      0.06391260774347599 * (1.959963984540054 + 0.8416212335729143),
      relative: 1e-12)
    #expect(try #require(found.interval).contains(0.1875))
  }

  /// Oracle: a text's values repeated tell nothing new: the error, the interval and p stay; were they
  /// independent, the error would fall by √3.
  @Test func valuesOfOneTextAreNoIndependentEvidence() throws {
    let once = Self.differences.map { [$0] }
    let thrice = Self.differences.map { [$0, $0, $0] }
    expectClose(
      try #require(PairedComparison.standardError(thrice)),
      try #require(PairedComparison.standardError(once)), relative: 1e-12)
    let first = try #require(PairedComparison(clusters: once, Execution(seed: 3), purpose: "test"))
    let second = try #require(
      PairedComparison(clusters: thrice, Execution(seed: 3), purpose: "test"))
    #expect(first.pValue == second.pValue)
    let (one, other) = (try #require(first.interval), try #require(second.interval))
    expectClose(one.lowerBound, other.lowerBound, absolute: 1e-12)
    expectClose(one.upperBound, other.upperBound, absolute: 1e-12)
  }

  /// Oracle: the normal interval of a mean of 400 values, which resampling approaches.
  @Test func theIntervalOfManyTextsIsTheNormalOne() throws {
    var random = TestNumbers(seed: 2)
    let values = (0..<400).map { _ in Double(random.floats(1, in: -1...1.2)[0]) }
    let found = try #require(
      PairedComparison(clusters: values.map { [$0] }, Execution(seed: 0), purpose: "test"))
    let error = try #require(PairedComparison.standardError(values.map { [$0] }))
    let half = 1.959963984540054 * error
    let interval = try #require(found.interval)
    expectClose(interval.lowerBound, found.difference - half, absolute: 0.15 * half)
    expectClose(interval.upperBound, found.difference + half, absolute: 0.15 * half)
  }

  @Test func oneTextAloneHasNoError() throws {
    let found = try #require(
      PairedComparison(clusters: [[0.5]], Execution(seed: 0), purpose: "test"))
    #expect(found.detectable == nil && found.interval == nil && found.side == nil)
    #expect(found.pValue == 0.5 && found.textsNeeded == nil)
    #expect(PairedComparison(clusters: [[], []], Execution(seed: 0), purpose: "test") == nil)
  }

  /// Oracle: Holm's steps by hand: .01 · 3, then .03 · 2, then .04, which may not fall below it.
  @Test func holmsCorrectionEqualsTheHandCount() {
    let found = Holm.corrected([0.01, nil, 0.04, 0.03])
    expectClose(found.map { $0 ?? -1 }, [0.03, -1, 0.06, 0.06], absolute: 1e-15)
    #expect(Holm.corrected([0.9, 0.8]) == [1, 1])
  }
}
