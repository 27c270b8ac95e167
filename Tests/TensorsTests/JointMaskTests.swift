import Testing

@testable import Tensors

/// Masks over a source and a target in one row. Oracle: what each stack sees, by hand.
@Suite struct JointMaskTests {
  private func seen(_ stack: AttentionMask.Stack, sources: Int = 3, count: Int = 5) -> [Range<Int>]
  {
    let mask = AttentionMask.joint(stack, sources: 0).over(sources: sources)
    return (0..<count).map { mask.visible(query: $0, queries: count, keys: count) }
  }

  @Test func theEncodersRowsSeeTheSource() {
    #expect(seen(.encoder) == [0..<3, 0..<3, 0..<3, 3..<4, 4..<5])
  }

  @Test func theDecodersRowsSeeWhatIsWritten() {
    #expect(seen(.decoder) == [0..<1, 1..<2, 2..<3, 3..<4, 3..<5])
  }

  @Test func theTargetsRowsSeeTheSourceAcross() {
    #expect(seen(.cross) == [0..<1, 1..<2, 2..<3, 0..<3, 0..<3])
  }

  @Test(arguments: AttentionMask.Stack.allCases) func everyRowSeesSomething(
    _ stack: AttentionMask.Stack
  ) {
    for sources in 1...4 {
      #expect(seen(stack, sources: sources, count: 4).allSatisfy { !$0.isEmpty })
    }
  }

  @Test func otherMasksAreTheSameForEveryInput() {
    for mask in [AttentionMask.none, .causal, .window(reach: 2), .inner] {
      #expect(mask.over(sources: 3) == mask)
    }
  }
}
