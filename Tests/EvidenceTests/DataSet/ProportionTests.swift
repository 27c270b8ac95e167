import TestSupport
import Testing

@testable import Evidence

@Suite struct ProportionTests {
  /// Oracle: Wilson's formula worked out in Python's double precision.
  @Test func intervalsAreWilsons() {
    let many = Proportion(292, of: 300).interval
    expectClose(
      [many.lowerBound, many.upperBound], [0.9482710570494102, 0.986426930191353], absolute: 1e-12)
    let few = Proportion(3, of: 300).interval
    expectClose(
      [few.lowerBound, few.upperBound], [0.003406618437715286, 0.02898349336233983], absolute: 1e-12
    )
    let half = Proportion(5, of: 10).interval
    expectClose(
      [half.lowerBound, half.upperBound], [0.236593090512564, 0.763406909487436], absolute: 1e-12)
  }

  /// Oracle: scipy 1.17.1, `binomtest(k, n).proportion_ci(method="wilson")`.
  @Test(arguments: [
    (0, 20, 0.0, 0.16112515805281935), (1, 200, 0.0008831687156009762, 0.02777370439789293),
    (89, 200, 0.3778060100295335, 0.5142669758719658), (20, 20, 0.8388748419471808, 1.0),
  ])
  func intervalsAreThoseOfScipy(_ count: Int, _ of: Int, _ low: Double, _ high: Double) {
    let found = Proportion(count, of: of).interval
    expectClose([found.lowerBound, found.upperBound], [low, high], absolute: 1e-14)
  }

  @Test func theIntervalsOfNoneAndAllReachTheEnds() {
    #expect(Proportion(0, of: 20).interval.lowerBound == 0)
    #expect(Proportion(20, of: 20).interval.upperBound == 1)
    #expect(Proportion(0, of: 0).interval == 0...1 && Proportion(0, of: 0).share == nil)
  }
}
