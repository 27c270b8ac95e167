import Tensors

/// How predictions fare over a data set when K, or random sets of its size, are deleted.
package struct RemovalSummary: Sendable {
  /// What accuracy comes to.
  package struct Accuracy: Sendable {
    package let before: MeanEstimate
    package let removed: MeanEstimate
    package let random: MeanEstimate
    /// Random less removed, row by row.
    package let gap: MeanEstimate
  }

  /// How often the prediction stays without K.
  package let removed: MeanEstimate
  /// How often it stays without as many random tokens.
  package let random: MeanEstimate
  /// Random less removed, row by row.
  package let gap: MeanEstimate
  /// nil where no row has a label.
  package let accuracy: Accuracy?

  init(
    _ columns: ExaminedColumns, _ bootstrap: (String) throws(AssayError) -> Bootstrap
  ) throws(AssayError) {
    func numbers(_ flags: [Bool?]) -> [Double?] { flags.map { $0.map { $0 ? 1 : 0 } } }
    func gaps(_ removed: [Double?], _ random: [Double?]) -> [Double?] {
      zip(removed, random).map { removed, random in
        removed.flatMap { removed in random.map { $0 - removed } }
      }
    }
    func estimate(_ values: [Double?], _ name: String) throws(AssayError) -> MeanEstimate {
      MeanEstimate(values, try bootstrap(name))
    }
    let same = numbers(columns.removedSame)
    removed = try estimate(same, "removed_same")
    random = try estimate(columns.randomSame, "random_same")
    gap = try estimate(gaps(same, columns.randomSame), "gap_same")
    let right = numbers(columns.removedCorrect)
    guard right.contains(where: { $0 != nil }) else {
      accuracy = nil
      return
    }
    // The same rows before and after.
    let before = zip(numbers(columns.correct), right).map { $1 == nil ? nil : $0 }
    accuracy = Accuracy(
      before: try estimate(before, "correct"), removed: try estimate(right, "removed_correct"),
      random: try estimate(columns.randomCorrect, "random_correct"),
      gap: try estimate(gaps(right, columns.randomCorrect), "gap_correct"))
  }
}
