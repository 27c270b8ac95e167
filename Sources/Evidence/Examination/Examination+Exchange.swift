import Attribution
import Tensors

/// Units whose attention changes places with that of as many others, on average over all of them.
struct Exchange: Hashable, Sendable {
  let set: [Int]
  let others: [Int]
}

extension Examination {
  /// How far the prediction moves when the attention of each of several sets changes places with
  /// that of as many other units: under the pattern that is the mean over all choices of them.
  ///
  /// The others avoid the highlighted set where enough are left: an exchange with it would say of any
  /// set what is true of that one. 0 where there is nobody to exchange with.
  func exchanging(_ sets: [[Int]]) throws(AssayError) -> [Double] {
    let asked = sets.map { Exchange(set: $0, others: partners(of: $0)) }
    let possible = asked.filter { !$0.others.isEmpty }
    var found = try effects(of: possible.map(AttentionEdit.exchange)).map(\.distance)[...]
    return asked.map { $0.others.isEmpty ? 0 : found.removeFirst() }
  }

  /// Exchange of attention as an experiment on sets of units.
  var exchangeExperiment: SetExperiment {
    SetExperiment(
      effects: { sets throws(AssayError) in try self.exchanging(sets) }, searched: nil,
      most: unit.most(from: base), count: count, stream: stream, thresholds: thresholds,
      draws: settings.draws,
      measuresAll: settings.measuresAll)
  }

  /// Whom a set exchanges attention with: all that it and the highlighted set leave, and members of the
  /// highlighted set only where there are fewer others than the set has units.
  private func partners(of set: [Int]) -> [Int] {
    let rest = receivers(of: set)
    let free = rest.filter { !highlight.top.contains($0) }
    return free.count >= set.count ? free : rest
  }
}
