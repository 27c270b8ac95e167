import Tensors

/// Where a map stands on a data set, between chance and what can be attained on the same texts.
///
/// Like every efficiency it is 0 for the same weights placed at random and 1 for the leave-one-out map:
/// (a − r)/(c − r), with a, c and r the shares of testable texts in which the map, the leave-one-out map
/// and the placed weights are trusted. On which side of ½ it lies is asked without a quotient, of the
/// texts' a − (c + r)/2.
package struct MapStanding: Sendable {
  /// What the data set says of a map.
  package enum Answer: String, Sendable, CaseIterable {
    /// Trusted more than half of the way from chance to what can be attained.
    case trustworthy
    /// Less than half of the way, or untrue in most texts.
    case notTrustworthy = "not trustworthy"
    /// So many texts do not decide it.
    case open
    /// The leave-one-out map is hardly trusted more often than chance, so nothing can be attained.
    case noCeiling = "no ceiling"
  }

  /// How often one map is trusted, and each condition supported.
  package struct Shares: Sendable, Equatable {
    package let trusted: Proportion
    /// In the order of the conditions.
    package let supported: [Proportion]

    init(_ judgements: [Judgement]) {
      trusted = Proportion(judgements.count(where: \.isTrusted), of: judgements.count)
      supported = Condition.allCases.indices.map { place in
        Proportion(judgements.count { $0.outcomes[place] == .supported }, of: judgements.count)
      }
    }
  }

  package let name: String
  /// The texts on which a map can be told from others, of those that were judged.
  package let testable: Proportion
  /// The map's own shares of testable texts, as all that follow.
  package let own: Shares
  package let ceiling: Shares
  package let chance: Proportion
  /// How often the map is not trustworthy.
  package let untrue: Proportion
  /// (a − r)/(c − r); nil where the ceiling is hardly above chance.
  package let attained: Double?
  /// Its bootstrap interval over texts; nil where a resample has no ceiling above chance.
  package let interval: ClosedRange<Double>?
  /// a − (c + r)/2: above 0 where more than half of the way is attained.
  package let beyondHalf: PairedComparison?
  /// How often the map is not trustworthy, less ½.
  package let untrueBeyondHalf: PairedComparison?
  /// How much more often the map is trusted than the leave-one-out map, and than chance.
  package let toCeiling: PairedComparison?
  package let toChance: PairedComparison?
  package let answer: Answer

  /// - Parameters:
  ///   - maps: one a text; nil for one that has none.
  ///   - isTestable: whether the text can tell maps apart, one a text.
  init(
    _ name: String, _ maps: [JudgedMap?], isTestable: [Bool], thresholds: Thresholds = Thresholds(),
    _ execution: Execution
  ) {
    self.name = name
    let judged = zip(maps, isTestable).compactMap { map, isTestable in
      map.map { (map: $0, isTestable: isTestable) }
    }
    let tested = judged.filter(\.isTestable).map(\.map).compactMap { map in
      map.oracle.map { (own: map.own, oracle: $0, trustsChance: map.trustsChance) }
    }
    testable = Proportion(tested.count, of: judged.count)
    own = Shares(tested.map(\.own))
    ceiling = Shares(tested.map(\.oracle))
    chance = Proportion(tested.count(where: \.trustsChance), of: tested.count)
    untrue = Proportion(tested.count { $0.own.verdict == .notTrustworthy }, of: tested.count)
    let texts = tested.map {
      (
        own: $0.own.isTrusted ? 1.0 : 0, ceiling: $0.oracle.isTrusted ? 1.0 : 0,
        chance: $0.trustsChance ? 1.0 : 0
      )
    }
    func compared(_ purpose: String, _ values: [Double]) -> PairedComparison? {
      PairedComparison(
        clusters: values.map { [$0] }, execution, purpose: "standing.\(name).\(purpose)")
    }
    beyondHalf = compared("half", texts.map { $0.own - ($0.ceiling + $0.chance) / 2 })
    untrueBeyondHalf = compared(
      "untrue", tested.map { $0.own.verdict == .notTrustworthy ? 0.5 : -0.5 })
    toCeiling = compared("ceiling", texts.map { $0.own - $0.ceiling })
    toChance = compared("chance", texts.map { $0.own - $0.chance })
    let room = texts.map { $0.ceiling - $0.chance }
    let gained = texts.map { $0.own - $0.chance }
    if let room = room.mean, let gain = gained.mean, room >= thresholds.epsilon {
      attained = gain / room
    } else {
      attained = nil
    }
    interval = MapStanding.interval(
      gained, over: room, Bootstrap(execution, "standing.\(name).attained"))
    let isUntrue = untrue.interval.lowerBound > 0.5
    if isUntrue || (attained != nil && beyondHalf?.side == .minus) {
      answer = .notTrustworthy
    } else if attained == nil {
      answer = .noCeiling
    } else {
      let mayBeTrue = untrue.interval.upperBound < 0.5
      answer = beyondHalf?.side == .plus && mayBeTrue ? .trustworthy : .open
    }
  }

  /// The interval of Σ gained/Σ room; nil where a resample has no room.
  private static func interval(
    _ gained: [Double], over room: [Double], _ bootstrap: Bootstrap
  ) -> ClosedRange<Double>? {
    var isDefined = true
    let interval = bootstrap.interval(of: gained.count) { places in
      let (sum, all) = places.reduce(into: (0.0, 0.0)) { sums, place in
        sums = (sums.0 + gained[place], sums.1 + room[place])
      }
      if all <= 0 { isDefined = false }
      return all > 0 ? sum / all : 0
    }
    return isDefined ? interval : nil
  }

  /// How many texts like these, testable or not, would show four times in five on which side of the
  /// half the map lies, or that it is untrue in most; nil where it lies on the line itself, where
  /// nothing can be attained, or one text alone says nothing.
  package var textsNeeded: Int? {
    let half =
      attained == nil || (answer == .notTrustworthy && beyondHalf?.side != .minus)
      ? nil : beyondHalf?.textsNeeded
    let untrue =
      answer == .notTrustworthy && (untrueBeyondHalf?.difference ?? 0) > 0
      ? untrueBeyondHalf?.textsNeeded : nil
    guard let needed = [half, untrue].compactMap({ $0 }).min(), let share = testable.share,
      share > 0
    else { return nil }
    return Int(saturating: (Double(needed) / share).rounded(.up))
  }
}
