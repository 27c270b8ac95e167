/// Kendall's tau-b: (concordant − discordant)/√((pairs − tied in x)(pairs − tied in y)).
///
/// Kendall 1945; counted in O(n log n) as in Knight 1966. Undefined for constant vectors.
enum Kendall {
  /// Up to this length, and without ties, the p-value comes from the exact null distribution.
  static let exactLimit = 30

  static func measure(_ pair: ScorePair) -> Association {
    if let constant = pair.constant { return .undefined(constant) }
    let counts = Counts(pair)
    let pairs = Double(counts.pairs)
    let scale =
      (pairs - Double(counts.tiedFirst)).squareRoot()
      * (pairs - Double(counts.tiedSecond)).squareRoot()
    return .defined(min(1, max(-1, Double(counts.difference) / scale)), pValue: nil)
  }

  static func test(_ pair: ScorePair, _ value: Double) -> PValue? {
    let counts = Counts(pair)
    guard pair.first.hasTies || pair.second.hasTies || pair.count > exactLimit else {
      return PValue(
        value: exactTwoSided(count: pair.count, discordant: counts.discordant), method: .exact)
    }
    let variance = varianceOfDifference(pair)
    guard variance > 0 else { return nil }
    let deviation = Double(counts.difference) / variance.squareRoot()
    return PValue(value: Distribution.normalTwoSided(deviation), method: .normal)
  }

  /// The variance of concordant − discordant under random pairing, ties included
  /// (Kendall 1970, *Rank Correlation Methods*, 4th ed., eq. 4.3).
  static func varianceOfDifference(_ pair: ScorePair) -> Double {
    let n = Double(pair.count)
    let pairs = n * (n - 1)
    func sum(_ ranking: Ranking, _ term: (Double) -> Double) -> Double {
      ranking.groups.reduce(0) { $0 + term(Double($1.count)) }
    }
    func single(_ t: Double) -> Double { t * (t - 1) * (2 * t + 5) }
    func triple(_ t: Double) -> Double { t * (t - 1) * (t - 2) }
    func double(_ t: Double) -> Double { t * (t - 1) }
    let main = (single(n) - sum(pair.first, single) - sum(pair.second, single)) / 18
    let doubles = sum(pair.first, double) * sum(pair.second, double) / (2 * pairs)
    let triples = sum(pair.first, triple) * sum(pair.second, triple) / (9 * pairs * (n - 2))
    return main + doubles + (n > 2 ? triples : 0)
  }

  /// P(|tau| ≥ observed) when every one of the n! orders is equally likely: the distribution of the
  /// number of inversions, built one element at a time (Kendall 1970, §5.3).
  static func exactTwoSided(count: Int, discordant: Int) -> Double {
    let pairs = count * (count - 1) / 2
    let tail = min(discordant, pairs - discordant)
    if 2 * tail == pairs { return 1 }
    var probability = [1.0] + [Double](repeating: 0, count: tail)
    for size in stride(from: 2, through: count, by: 1) {
      let smaller = probability
      for inversions in 0...tail {
        let window = smaller[max(0, inversions - size + 1)...inversions]
        probability[inversions] = window.reduce(0, +) / Double(size)
      }
    }
    return min(1, 2 * probability.reduce(0, +))
  }

  /// The pair counts that tau and its test are made of.
  struct Counts {
    let pairs: Int
    let tiedFirst: Int
    let tiedSecond: Int
    let discordant: Int
    /// Concordant minus discordant pairs.
    let difference: Int

    init(_ pair: ScorePair) {
      func tied<S: Sequence<Int>>(_ sizes: S) -> Int { sizes.reduce(0) { $0 + $1 * ($1 - 1) / 2 } }
      let (first, second) = (pair.first, pair.second)
      var sequence: [Int] = []
      sequence.reserveCapacity(pair.count)
      var tiedBoth = 0
      for group in first.groups {
        let start = sequence.count
        for place in group { sequence.append(second.groupOfPosition[first.order[place]]) }
        guard group.count > 1 else { continue }
        sequence[start...].sort()
        var run = 0
        for place in start + 1..<sequence.count {
          run = sequence[place] == sequence[place - 1] ? run + 1 : 0
          tiedBoth += run
        }
      }
      pairs = pair.count * (pair.count - 1) / 2
      tiedFirst = tied(first.groups.lazy.map(\.count))
      tiedSecond = tied(second.groups.lazy.map(\.count))
      discordant = inversions(&sequence)
      difference = pairs - tiedFirst - tiedSecond + tiedBoth - 2 * discordant
    }
  }

  /// Sorts a sequence by merging and returns how many pairs stood in strictly descending order.
  static func inversions(_ sequence: inout [Int]) -> Int {
    var inversions = 0
    var merged = sequence
    var width = 1
    while width < sequence.count {
      for start in stride(from: 0, to: sequence.count, by: 2 * width) {
        let middle = min(start + width, sequence.count)
        let end = min(start + 2 * width, sequence.count)
        var (left, right) = (start, middle)
        for place in start..<end {
          if left < middle, right == end || sequence[left] <= sequence[right] {
            merged[place] = sequence[left]
            left += 1
          } else {
            merged[place] = sequence[right]
            right += 1
            inversions += middle - left
          }
        }
      }
      swap(&sequence, &merged)
      width *= 2
    }
    return inversions
  }
}
