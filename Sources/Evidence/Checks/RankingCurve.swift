import Attribution
import Models
import Tensors
import Values

/// The prediction along a ranking of tokens, against random rankings and the best greedy one:
/// what comprehensiveness and sufficiency share.
struct RankingCurve {
  /// The numbers of top tokens at 5, 10, 20 and 50 %, duplicates merged.
  let sizes: [Int]
  /// The mean effect over the sizes (AOPC).
  let observed: Double
  let curve: [Double]
  let random: [Double]
  let randomCurves: [[Double]]
  let greedy: Double
  let how: RemovalOperator

  static let fractions = [0.05, 0.1, 0.2, 0.5]

  static func sizes(_ count: Int) -> [Int] {
    let raw = fractions.map { max(1, Int((Double(count) * $0).rounded(.up))) }
    return raw.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// The passes that one curve takes at most; a mirrored one shares the sets of half the tokens
  /// with the other where they are even in number.
  static func estimate(_ examination: Examination, mirrored: Bool) -> Cost {
    guard let how = examination.operators.first, examination.count >= 2 else { return Cost() }
    let rankings = examination.settings.rankings + 2
    let shared = mirrored && examination.count % 2 == 0 ? examination.count / 2 : nil
    let sets = sizes(examination.count).filter { $0 != shared }.reduce(2) {
      $0 + Subsets.count(of: examination.count, size: $1, limit: rankings)
    }
    return Cost(forwards: sets * examination.draws(how))
  }

  /// - Parameters:
  ///   - mirrored: reverses the random rankings. Of two curves that remove tops and rests, one
  ///     mirrored, the sets in the middle coincide and run once.
  ///   - removed: the ranks taken away when the top ones of a ranking are these.
  init?(
    _ examination: Examination, by how: RemovalOperator, mirrored: Bool,
    removed: (_ top: [Int], _ count: Int) -> [Int]
  ) throws(AssayError) {
    let count = examination.count
    guard count >= 2 else { return nil }
    let sizes = RankingCurve.sizes(count)
    let source = examination.random("rankings")
    let singles = try examination.leaveOneOut(how).drops
    let best = singles.indices.sorted { (singles[$1], $0) < (singles[$0], $1) }
    let rankings =
      [examination.highlight.order, best]
      + (0..<examination.settings.rankings).map { index in
        var draw = source.draw(index)
        let order = draw.permutation(count)
        return mirrored ? order.reversed() : order
      }
    let sets = rankings.map { ranking in
      sizes.map { removed(Array(ranking.prefix($0)), count).sorted() }
    }
    let effects = try examination.effects(of: sets.flatMap { $0 }, by: how)
    let curves = sets.map { $0.map { effects[$0]?.drop ?? 0 } }
    let means = curves.map { $0.reduce(0, +) / Double($0.count) }
    self.sizes = sizes
    self.how = how
    curve = curves[0]
    observed = means[0]
    greedy = means[1]
    random = Array(means.dropFirst(2))
    randomCurves = Array(curves.dropFirst(2))
  }

  var randomMean: Double { random.reduce(0, +) / Double(random.count) }

  /// 0 for a random ranking, 1 for the greedy one; nil unless the two are `epsilon` apart.
  func rescaled(epsilon: Double) -> Double? {
    let span = greedy - randomMean
    return abs(span) >= epsilon ? (observed - randomMean) / span : nil
  }

  /// The share of rankings at least as extreme, in the direction that `higher` names.
  func pValue(higherIsBetter: Bool) -> Double { share(beyond: observed, higherIsBetter) }

  /// The p that the best ranking would have: what this length and shape can attain.
  func smallestP(higherIsBetter: Bool) -> Double {
    let all = random + [observed, greedy]
    return share(beyond: (higherIsBetter ? all.max() : all.min()) ?? 0, higherIsBetter)
  }

  private func share(beyond level: Double, _ higherIsBetter: Bool) -> Double {
    let all = random + [observed]
    let tie = 0.01 * ((all.max() ?? 0) - (all.min() ?? 0))
    let count = random.count { higherIsBetter ? $0 >= level - tie : $0 <= level + tie }
    return Double(1 + count) / Double(1 + random.count)
  }

  func details(_ count: Int) -> [(name: String, value: Value)] {
    func band(_ share: Double) -> Value {
      .numbers(
        sizes.indices.map { index in
          let column = randomCurves.map { $0[index] }.sorted()
          return column[min(column.count - 1, Int(share * Double(column.count)))]
        })
    }
    let means = sizes.indices.map { index in
      randomCurves.reduce(0) { $0 + $1[index] } / Double(randomCurves.count)
    }
    return [
      ("operator", .text(how.rawValue)),
      ("greedy", .number(greedy)), ("random_mean", .number(randomMean)),
      (
        "curves",
        .record([
          ("fractions", .numbers(sizes.map { Double($0) / Double(count) })),
          ("observed", .numbers(curve)), ("random_mean", .numbers(means)),
          ("random_low", band(0.025)), ("random_high", band(0.975)),
        ])
      ),
    ]
  }
}
