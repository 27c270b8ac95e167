import TestSupport
import Testing

@testable import Evidence

@Suite struct DataSetTestTests {
  /// Oracle: lift of every placement of the weights, one by one: mean 0, and its variance.
  @Test func theVarianceOfLiftIsThatOverAllPlacements() throws {
    var random = TestNumbers(seed: 4)
    let weights = random.floats(6, in: 0...1).map(Double.init)
    let reference = random.floats(6, in: 0...1).map(Double.init)
    let lifts = permutations(weights).compactMap { Lift.of($0, in: reference).value }
    let mean = lifts.reduce(0, +) / Double(lifts.count)
    let variance = lifts.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(lifts.count)
    #expect(lifts.count == 720)
    #expect(abs(mean) < 1e-12)
    expectClose(
      try #require(Lift.placementVariance(weights, in: reference)), variance, relative: 1e-11)
    #expect(Lift.placementVariance([1, 1, 1], in: [5, 1, 0]) == 0)
    #expect(Lift.placementVariance([0, -1, 0], in: [5, 1, 0]) == nil)
    #expect(Lift.placementVariance([1, 0, 0], in: [2, 2, 2]) == nil)
  }

  /// Oracle: Σ 0.5 + 0.7 = 1.2 over √0.09 is 4, and scipy 1.17.1, `norm.sf(4)`.
  @Test func zIsTheSumOfLiftsOverWhatChanceSpreads() throws {
    let test = DataSetTest(lifts: [0.5, 0.7, nil, 0.0], variances: [0.04, 0.05, nil, 0.0])
    let result = try #require(test.result)
    #expect(test.count == 2 && test.undefined == 2)
    expectClose([result.z, result.meanLift], [4, 0.6], absolute: 1e-15)
    expectClose(result.pValue, 3.167124183311986e-05, relative: 1e-12)
    #expect(result.aboveChance == 1)
    #expect(DataSetTest(lifts: [nil], variances: [nil]).result == nil)
  }

  /// Oracle: scipy 1.17.1, `norm.sf`.
  @Test(arguments: [
    (-1.0, 0.8413447460685429), (0.0, 0.5), (1.6448536269514722, 0.05),
    (33.3, 1.9305055059277796e-243),
  ])
  func theUpperTailIsThatOfScipy(_ z: Double, _ expected: Double) {
    expectClose(Distribution.normalUpper(z), expected, relative: 1e-12)
  }

  /// Oracle: a test at 5 % rejects chance no more often, up to three deviations of 300 draws.
  @Test func theTestHoldsItsLevelUnderChance() {
    var random = TestNumbers(seed: 1)
    let rejected = (0..<300).count { _ in
      var (lifts, variances): ([Double?], [Double?]) = ([], [])
      for _ in 0..<30 {
        let weights = random.floats(8, in: 0...1).map(Double.init)
        let reference = random.floats(8, in: 0...1).map(Double.init)
        lifts.append(Lift.of(weights, in: reference).value)
        variances.append(Lift.placementVariance(weights, in: reference))
      }
      return (DataSetTest(lifts: lifts, variances: variances).result?.pValue ?? 1) <= 0.05
    }
    #expect(Double(rejected) <= 0.05 * 300 + 3 * (300 * 0.05 * 0.95).squareRoot())
  }

  private func permutations(_ values: [Double]) -> [[Double]] {
    guard values.count > 1 else { return [values] }
    return values.indices.flatMap { index in
      var rest = values
      let first = rest.remove(at: index)
      return permutations(rest).map { [first] + $0 }
    }
  }
}

@Suite struct PersistenceTests {
  private func test(z: Double) -> DataSetTest {
    // One row of variance 1 has its lift for Z.
    DataSetTest(lifts: [z], variances: [1])
  }

  @Test(arguments: [
    (9.0, 70, Persistence.persists), (9, 20, .selectedCases), (9, 50, .aboutHalf),
    (0.3, 70, .chance),
  ])
  func theJudgementNeedsBothTheTestAndTheShare(_ z: Double, _ of100: Int, _ said: Persistence) {
    #expect(Persistence([test(z: z)], supported: Proportion(of100, of: 100)) == said)
  }

  /// Oracle: an intersection–union test is passed only where its weakest part is.
  @Test func theWeakestReferenceDecides() {
    let supported = Proportion(90, of: 100)
    #expect(Persistence([test(z: 9), test(z: 1)], supported: supported) == .chance)
    #expect(Persistence([], supported: supported) == .undecided)
    #expect(Persistence([test(z: 9)], supported: Proportion(0, of: 0)) == .undecided)
  }
}
