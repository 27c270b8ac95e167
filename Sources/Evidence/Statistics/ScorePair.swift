/// Two score vectors of one length, ranked, and the depth k that top-k statistics look at.
package struct ScorePair: Sendable {
  package let first: Ranking
  package let second: Ranking
  package let k: Int

  /// - Precondition: equal lengths, finite scores, `k` in `1...count`.
  package init(_ first: Ranking, _ second: Ranking, k: Int) {
    precondition(first.count == second.count, "vectors of one length")
    self.first = first
    self.second = second
    self.k = k
  }

  package var count: Int { first.count }

  /// The pair with its second vector permuted: one draw of "the vectors are unrelated".
  package func permutingSecond(by permutation: [Int]) -> ScorePair {
    ScorePair(first, second.permuted(by: permutation), k: k)
  }

  /// The vector that is constant, or nil when both vary.
  var constant: Undefined? {
    if first.isConstant { return .constant(.first) }
    return second.isConstant ? .constant(.second) : nil
  }
}
