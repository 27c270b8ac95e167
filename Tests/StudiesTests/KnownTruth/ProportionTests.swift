import TestSupport
import Testing

@testable import Studies

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

  @Test func theIntervalsOfNoneAndAllReachTheEnds() {
    #expect(Proportion(0, of: 20).interval.lowerBound == 0)
    #expect(Proportion(20, of: 20).interval.upperBound == 1)
    #expect(Proportion(0, of: 0).interval == 0...1 && Proportion(0, of: 0).share == nil)
  }
}
