extension DataSetAnswer {
  /// The answer, whether agreement persists, and the numbers that both rest on: one thing a sentence.
  package var sentences: [String] {
    guard examined > 0 else { return ["No example could be examined, so nothing can be said."] }
    return standings.map(\.sentence) + pairs.map(\.sentence)
      + [verdict, lead, consistency, weakest, confidence, accuracy].compactMap { $0 }
  }

  /// The same in one piece.
  package var paragraph: String { sentences.joined(separator: " ") }

  private var lead: String {
    switch persistence {
    case .persists: "Agreement persists: it is not confined to selected examples."
    case .selectedCases: "Agreement holds only in selected cases."
    case .aboutHalf:
      "Agreement is more than chance over the data set, but whether most single examples show it "
        + "is open."
    case .chance: "Over the data set the maps agree with gradients no better than chance."
    case .undecided: "Whether agreement persists cannot be decided."
    }
  }

  private var verdict: String {
    let trusted = verdicts[Verdict.trustworthy.rawValue]
    let untrue = verdicts[Verdict.notTrustworthy.rawValue]
    return
      "Over all \(Phrases.count(examined)) texts, testable or not, the verdict is trustworthy in "
      + "\(Phrases.share(trusted)) and not trustworthy in \(Phrases.share(untrue))."
  }

  private var consistency: String? {
    guard let shares = conditions.first(where: { $0.condition == .consistency })?.shares,
      case let supported = shares[ConditionResult.Outcome.supported.rawValue], supported.trials > 0
    else { return nil }
    return "The consistency condition is supported in \(Phrases.share(supported)) of "
      + "\(Phrases.count(examined)) examples."
  }

  private var weakest: String? {
    let references = tests.filter { Persistence.references.contains($0.method) }.map(\.test)
    guard let weakest = Persistence.weakest(references) else { return nil }
    let defined = references.count { $0.result != nil }
    return "Over all of them the weakest of \(defined) gradient references gives "
      + "Z = \(Phrases.number(weakest.z, 1)) (\(Phrases.probability(weakest.pValue))); the mean "
      + "lift is \(Phrases.number(weakest.meanLift)), where 0 is chance and 1 is all mass on the "
      + "reference's top token, and \(Phrases.percent(weakest.aboveChance)) of examples lie above "
      + "chance."
  }

  private var confidence: String? {
    let bands = byConfidence.compactMap { band in
      band.group.consistencySupported.share.map { (share: $0, band: band) }
    }
    guard bands.count > 1, let low = bands.min(by: { $0.share < $1.share }),
      let high = bands.first(where: { one in bands.allSatisfy { $0.share <= one.share } })
    else { return nil }
    func said(_ one: (share: Double, band: ConfidenceBand)) -> String {
      "\(Phrases.percent(one.share)) (confidence \(Phrases.fixed(one.band.low, 2)) to "
        + "\(Phrases.fixed(one.band.high, 2)))"
    }
    return "Support runs from \(said(low)) to \(said(high))."
  }

  private var accuracy: String? {
    guard let accuracy = removal.accuracy, let before = accuracy.before.mean,
      let removed = accuracy.removed.mean, let random = accuracy.random.mean
    else { return nil }
    return "Accuracy is \(Phrases.percent(before, 1)); without the highlighted tokens it is "
      + "\(Phrases.percent(removed, 1)), without as many random ones \(Phrases.percent(random, 1))."
  }
}
