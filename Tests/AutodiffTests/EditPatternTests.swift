import Tensors
import Testing

@testable import Autodiff

/// What edits do to the rows of a causal pattern of four tokens.
@Suite struct EditPatternTests {
  /// Rows are queries; binary fractions, so that every sum is exact.
  private let pattern: [Float] = [
    1, 0, 0, 0,
    0.5, 0.5, 0, 0,
    0.25, 0.25, 0.5, 0,
    0.125, 0.125, 0.25, 0.5,
  ]

  private func edited(_ action: PatternEdit.Action, _ mask: AttentionMask) -> [Float] {
    let layout = PatternLayout(
      heads: 1, queries: Ragged(lengths: [4]), keys: Ragged(lengths: [4]))
    let edit = EditPattern(
      layout, mask: mask,
      edits: [PatternEdit(sequence: 0, head: 0, queries: nil, action: action)])
    return edit.forward([Tensor(pattern, shape: [16])], saving: false, Execution()).output.scalars
  }

  /// Oracle: by hand. The first two queries cannot see the third key and keep their weights.
  @Test func aMoveLeavesTheQueriesThatCannotSeeTheReceiver() {
    #expect(
      edited(.move(keys: [0], to: 2), .causal) == [
        1, 0, 0, 0,
        0.5, 0.5, 0, 0,
        0, 0.25, 0.75, 0,
        0, 0.125, 0.375, 0.5,
      ])
  }

  /// Oracle: by hand. Each pair changes places where the query sees both of it.
  @Test func anExchangeOfTwoSetsIsCarriedOutPairByPair() {
    #expect(
      edited(.reorder([2, 3, 0, 1]), .causal) == [
        1, 0, 0, 0,
        0.5, 0.5, 0, 0,
        0.5, 0.25, 0.25, 0,
        0.25, 0.5, 0.125, 0.125,
      ])
  }

  /// Oracle: by hand. A cycle of three is whole or not at all; the pair beside it is its own.
  @Test func aCycleIsCarriedOutWhereAllOfItIsSeen() {
    #expect(
      edited(.reorder([1, 2, 0, 3]), .causal) == [
        1, 0, 0, 0,
        0.5, 0.5, 0, 0,
        0.25, 0.5, 0.25, 0,
        0.125, 0.25, 0.125, 0.5,
      ])
  }

  /// Oracle: by hand. Keys two or more behind the query are as far as those ahead.
  @Test func aWindowHoldsAtItsOtherEndToo() {
    #expect(
      edited(.move(keys: [2], to: 1), .causalWindow(reach: 1)) == [
        1, 0, 0, 0,
        0.5, 0.5, 0, 0,
        0.25, 0.75, 0, 0,
        0.125, 0.125, 0.25, 0.5,
      ])
  }

  /// Oracle: the definitions, in every row.
  @Test func withoutAMaskEveryRowIsEdited() {
    let rows = stride(from: 0, to: 16, by: 4).map { Array(pattern[$0..<$0 + 4]) }
    #expect(
      edited(.move(keys: [0, 1], to: 3), .none)
        == rows.flatMap { [0, 0, $0[2], $0[3] + $0[0] + $0[1]] })
    #expect(
      edited(.reorder([2, 0, 3, 1]), .none) == rows.flatMap { [$0[2], $0[0], $0[3], $0[1]] })
  }
}
