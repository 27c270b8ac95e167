import Attribution
import Tensors

/// Two sets of units whose attention changes places, the first units of both with each other.
struct Exchange: Hashable, Sendable {
  let first: [Int]
  let second: [Int]

  /// The same exchange whichever side is named first.
  init(_ a: [Int], _ b: [Int]) {
    (first, second) = a.lexicographicallyPrecedes(b) ? (a, b) : (b, a)
  }
}

extension Examination {
  /// How far the prediction moves when the attention of each of several sets changes places with
  /// that of other sets: the median over two sets disjoint from it, paired in the order of the text.
  ///
  /// The partners of a set come from a stream of its own, so that they do not depend on who asks. They
  /// avoid the highlighted set: an exchange with it would say of any set what is true of that one.
  func exchanging(_ sets: [[Int]]) throws(AssayError) -> [Double] {
    let pairs = sets.map { set in
      partners(of: set).map { AttentionEdit.exchange(Exchange(set, $0)) }
    }
    var found = try effects(of: pairs.flatMap { $0 }).map(\.distance)[...]
    return pairs.map { pair in
      defer { found = found.dropFirst(pair.count) }
      return median(Array(found.prefix(pair.count)))
    }
  }

  /// Exchange of attention as an experiment on sets of units.
  var exchangeExperiment: SetExperiment {
    SetExperiment(
      effects: { sets throws(AssayError) in try self.exchanging(sets) }, searched: nil,
      most: unit.most(from: base), count: count, stream: stream, thresholds: thresholds,
      draws: settings.draws,
      measuresAll: settings.measuresAll)
  }

  /// Two sets of the size of `set` from what it and the highlighted set leave; one where there are no
  /// two, and members of the highlighted set only where there are no others.
  private func partners(of set: [Int]) -> [[Int]] {
    let rest = receivers(of: set)
    guard rest.count >= set.count else { return [] }
    let avoided = Set(highlight.top)
    let isEnough = rest.count { !avoided.contains($0) } >= set.count
    let source = random("exchange.\(count)." + set.map { "\($0)" }.joined(separator: "."))
    var found: [[Int]] = []
    for index in 0..<Self.tries where found.count < 2 {
      var draw = source.draw(index)
      let order = draw.permutation(rest.count).map { rest[$0] }
      let partner = order.filter { !isEnough || !avoided.contains($0) }.prefix(set.count).sorted()
      if !found.contains(partner) { found.append(partner) }
    }
    return found
  }

  /// Draws after which a second partner is given up: then there is hardly another.
  private static let tries = 16
}
