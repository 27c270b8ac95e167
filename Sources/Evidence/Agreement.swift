import Tensors

/// How much two score vectors agree, beside what chance and repetition would give.
public struct Agreement: Sendable {
  /// One statistic of the comparison.
  public struct Entry: Sendable {
    /// The statistic.
    public let statistic: AgreementStatistic
    /// Its value, or why it has none.
    public let association: Association
    /// What random rankings of the same length and ties reach; nil when the statistic is undefined
    /// or no draws were asked for.
    public let noiseFloor: NoiseFloor?
    /// What repetitions of the same explanation reach among themselves; nil unless given.
    public let ceiling: Ceiling?
  }

  /// The length of both vectors.
  public let count: Int
  /// The depth of the top-k statistics.
  public let k: Int
  /// The seed of the random rankings.
  public let seed: UInt64
  /// The statistics in the order they were asked for.
  public let entries: [Entry]

  /// The longest vectors: as many values as the longest texts that models read have positions.
  private static let longest = 1 << 17

  /// The statistics computed when none are named.
  public static let defaultStatistics = ["kendall", "spearman", "top_k_overlap"]

  /// Compares two score vectors.
  ///
  /// - Parameters:
  ///   - first: scores `[position]`; for `lift` the explanation.
  ///   - second: scores `[position]`; for `lift` the reference.
  ///   - statistics: names from `AgreementStatistic.all`.
  ///   - k: depth of the top-k statistics; a third of the length (at least 1) when nil.
  ///   - repeats: the same explanation made again (other seeds, steps, baselines), for the ceiling.
  ///   - seed: seed of the random rankings.
  ///   - draws: number of random rankings; all of them where that is fewer, none for 0.
  ///   - execution: whom to tell about progress; its seed is not used.
  /// - Throws: `AssayError` when the lengths differ, `k` is outside 1...n, `draws` is negative, a
  ///   name is unknown or the caller has asked to stop. Vectors that are too short, constant or not
  ///   finite are not errors: their statistics are undefined.
  public static func measure(
    _ first: [Double], _ second: [Double], statistics: [String] = defaultStatistics,
    k: Int? = nil, repeats: [[Double]] = [], seed: UInt64 = 0, draws: Int = 199,
    execution: Execution = Execution()
  ) throws(AssayError) -> Agreement {
    try check(second.count, equals: first.count, "scores")
    guard first.count <= longest else {
      throw AssayError(
        .shape, "scores", expected: "at most \(longest) values", found: "\(first.count)")
    }
    for scores in repeats { try check(scores.count, equals: first.count, "repeated scores") }
    if let k, k < 1 || k > max(1, first.count) {
      throw AssayError(.option, "k", expected: "1...\(max(1, first.count))", found: "\(k)")
    }
    guard draws >= 0 else {
      throw AssayError(.option, "draws", expected: "at least 0", found: "\(draws)")
    }
    var chosen: [AgreementStatistic] = []
    for name in statistics { chosen.append(try AgreementStatistic.named(name)) }
    let depth = k ?? max(1, first.count / 3)
    let ceilings = Ceiling.measure(repeats, chosen, k: depth)
    let entries: [Entry]
    if let problem = problem(first, second, needed: 2) {
      entries = zip(chosen, ceilings).map { statistic, ceiling in
        Entry(
          statistic: statistic, association: .undefined(problem), noiseFloor: nil, ceiling: ceiling)
      }
    } else {
      let pair = ScorePair(Ranking(first), Ranking(second), k: depth)
      let null = PermutationNull(pair, seed: seed, draws: draws)
      let measured = try null.measure(chosen, execution)
      entries = zip(zip(chosen, measured), ceilings).map { measured, ceiling in
        Entry(
          statistic: measured.0, association: measured.1.association,
          noiseFloor: measured.1.noiseFloor, ceiling: ceiling)
      }
    }
    return Agreement(count: first.count, k: depth, seed: seed, entries: entries)
  }

  /// The entry of a statistic that was asked for.
  public subscript(name: String) -> Entry? { entries.first { $0.statistic.name == name } }

  private static func check(
    _ found: Int, equals expected: Int, _ subject: String
  ) throws(AssayError) {
    guard found == expected else {
      throw AssayError(.shape, subject, expected: "\(expected) values", found: "\(found)")
    }
  }
}

/// Why no statistic exists for these vectors at all, or nil.
func problem(_ first: [Double], _ second: [Double], needed: Int) -> Undefined? {
  if let position = first.firstIndex(where: { !$0.isFinite }) {
    return .notFinite(.first, position: position)
  }
  if let position = second.firstIndex(where: { !$0.isFinite }) {
    return .notFinite(.second, position: position)
  }
  return first.count < needed ? .tooFew(count: first.count, needed: needed) : nil
}
