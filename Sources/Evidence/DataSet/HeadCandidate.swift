/// One map of attention that may explain best: a head, or a layer's mean over heads.
package struct HeadCandidate: Sendable {
  package let layer: Int
  /// nil for the mean over heads.
  package let head: Int?
  /// The mean lift on the texts that choose; nil where it is undefined in all of them.
  package let selectionLift: Double?
  /// The mean lift on the texts that test.
  package let testLift: Double?
  /// The data-set test on the texts that test.
  package let test: DataSetTest
  /// Its p-value corrected for the number of candidates (Holm 1979).
  package let corrected: Double?

  /// Every candidate, the best on the texts that choose first; where they tie, in the order given.
  static func ranked(
    _ maps: [(layer: Int, head: Int?)], _ texts: [HeadSearch.Measured], selection: [Int],
    test: [Int]
  ) -> [HeadCandidate] {
    let tests = maps.indices.map { map in
      DataSetTest(
        lifts: test.map { texts[$0].lifts[map] }, variances: test.map { texts[$0].variances[map] })
    }
    let corrected = Holm.corrected(tests.map { $0.result?.pValue })
    let candidates = maps.indices.map { map in
      HeadCandidate(
        layer: maps[map].layer, head: maps[map].head,
        selectionLift: selection.compactMap { texts[$0].lifts[map] }.mean,
        testLift: test.compactMap { texts[$0].lifts[map] }.mean, test: tests[map],
        corrected: corrected[map])
    }
    return candidates.enumerated().sorted { first, second in
      let (a, b) = (first.element.selectionLift, second.element.selectionLift)
      let (x, y) = (a ?? -.infinity, b ?? -.infinity)
      return x == y ? first.offset < second.offset : x > y
    }.map(\.element)
  }
}
