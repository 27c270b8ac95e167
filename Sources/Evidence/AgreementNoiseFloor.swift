import Tensors

/// What a statistic reaches by chance: random rankings of the same length and ties.
public struct NoiseFloor: Sendable, Equatable {
  /// The mean over the random rankings.
  public let mean: Double
  /// The value that 95 % of the random rankings do not surpass (in the direction of agreement).
  public let quantile: Double
  /// How many random rankings had a value.
  public let draws: Int
  /// True when these are all permutations rather than a sample.
  public let isEnumerated: Bool
}

/// The null distribution "the vectors are unrelated": permutations of the second vector.
struct PermutationNull {
  let pair: ScorePair
  /// How many permutations there are.
  let count: Int
  let isEnumerated: Bool
  private let enumerated: [[Int]]
  private let source: RandomSource

  /// All permutations when there are no more than `draws`, else `draws` random ones.
  init(_ pair: ScorePair, seed: UInt64, draws: Int) {
    self.pair = pair
    var total = 1
    for factor in stride(from: 2, through: pair.count, by: 1) where total <= draws {
      total *= factor
    }
    isEnumerated = total <= draws
    count = isEnumerated ? total : draws
    enumerated = isEnumerated ? Self.all(pair.count) : []
    source = RandomSource(seed: seed, stream: "agreement")
  }

  private func permutation(_ index: Int) -> [Int] {
    if isEnumerated { return enumerated[index] }
    var numbers = source.draw(index)
    return numbers.permutation(pair.count)
  }

  /// Each statistic with its p-value and noise floor. A statistic without a null distribution in
  /// closed form is tested by the permutations: p = (1 + #{null ≥ observed})/(1 + draws), or the
  /// exact share when all were enumerated.
  /// - Throws: `cancelled` when the caller has asked to stop.
  func measure(
    _ statistics: [AgreementStatistic], _ execution: Execution
  ) throws(AssayError) -> [(association: Association, noiseFloor: NoiseFloor?)] {
    var nulls = [[Double]](repeating: [], count: statistics.count)
    for index in 0..<count {
      try execution.report(Double(index) / Double(count), "comparing with random rankings")
      let permuted = pair.permutingSecond(by: permutation(index))
      for (index, statistic) in statistics.enumerated() {
        if let value = statistic.measure(permuted).value { nulls[index].append(value) }
        try execution.checkCancellation()
      }
    }
    return try zip(statistics, nulls).map { statistic, null throws(AssayError) in
      try execution.checkCancellation()
      let association = statistic.evaluate(pair)
      guard case .defined(let value, let pValue) = association, !null.isEmpty else {
        return (association, nil)
      }
      // Ordered from far to close, whichever way the statistic points.
      let sign: Double = statistic.greaterIsCloser ? 1 : -1
      let ordered = null.map { sign * $0 }.sorted()
      let floor = NoiseFloor(
        mean: null.reduce(0, +) / Double(null.count),
        quantile: sign * ordered[(ordered.count * 95 + 99) / 100 - 1], draws: null.count,
        isEnumerated: isEnumerated)
      if statistic.test != nil { return (.defined(value, pValue: pValue), floor) }
      // Permuted sums differ from the observed one by rounding; such draws count as ties.
      let threshold = sign * value - 1e-12 * max(1, abs(value))
      let reached = ordered.count { $0 >= threshold }
      let share =
        isEnumerated
        ? Double(reached) / Double(ordered.count)
        : Double(1 + reached) / Double(1 + ordered.count)
      return (.defined(value, pValue: PValue(value: share, method: .permutation)), floor)
    }
  }

  /// All permutations of 0..<count in lexicographic order.
  static func all(_ count: Int) -> [[Int]] {
    guard count > 0 else { return [[]] }
    var result: [[Int]] = []
    var prefix: [Int] = []
    func extend() {
      if prefix.count == count { result.append(prefix) }
      for next in 0..<count where !prefix.contains(next) {
        prefix.append(next)
        extend()
        prefix.removeLast()
      }
    }
    extend()
    return result
  }
}
