extension MapStanding {
  /// Is the map trustworthy on this model? In one sentence, with the numbers that it rests on.
  package var sentence: String {
    guard testable.successes > 0 else {
      return "Whether \(Phrases.map(name)) can be trusted on this model cannot be told: none of "
        + "\(Phrases.count(testable.trials)) texts could tell a map from another."
    }
    let trust = "trusted in \(Phrases.share(own.trusted)) of \(texts)"
    switch answer {
    case .trustworthy:
      return "\(Phrases.map(name).capitalisedFirst) can be trusted on this model: it is \(trust), "
        + "\(bounds)\(way)\(needed("such texts would have been enough to tell"))."
    case .notTrustworthy:
      return
        "\(Phrases.map(name).capitalisedFirst) cannot be trusted on this model: it is \(trust) "
        + "and not trustworthy in \(Phrases.share(untrue)), \(bounds)\(way)"
        + "\(needed("such texts would have been enough to tell"))."
    case .open:
      return "Whether \(Phrases.map(name)) can be trusted on this model is open: it is \(trust), "
        + "\(bounds)\(way)\(needed("such texts would decide it"))."
    case .noCeiling:
      return "Whether \(Phrases.map(name)) can be trusted on this model cannot be told: even the "
        + "leave-one-out map is trusted in only \(Phrases.share(ceiling.trusted)) of \(texts), the "
        + "same weights placed at random in \(Phrases.share(chance)), and this map in "
        + "\(Phrases.share(own.trusted))."
    }
  }

  private var texts: String {
    testable.successes == testable.trials
      ? "\(Phrases.count(testable.trials)) testable texts"
      : "\(Phrases.count(testable.successes)) testable texts (of \(Phrases.count(testable.trials)))"
  }

  private var bounds: String {
    "where the leave-one-out map reaches \(Phrases.share(ceiling.trusted)) and the same weights "
      + "placed at random \(Phrases.share(chance))"
  }

  private var way: String {
    guard let attained else { return "" }
    let range = interval.map {
      " [\(Phrases.percent($0.lowerBound)), \(Phrases.percent($0.upperBound))]"
    }
    return ": \(Phrases.percent(attained))\(range ?? "") of the way from chance to that ceiling"
  }

  private func needed(_ words: String) -> String {
    textsNeeded.map { "; about \(Phrases.count($0)) \(words)" } ?? ""
  }
}

extension MapPair {
  /// How the two differ on the same texts, and what difference would have been seen; of a single text
  /// only the efficiencies.
  package var sentence: String {
    let against = "\(Phrases.map(first).capitalisedFirst) against \(Phrases.map(second))"
    let conditions = zip(Condition.allCases, efficiency).compactMap { condition, compared in
      compared.map { "\(condition.rawValue.spaced) \(Phrases.difference($0, as: Phrases.signed))" }
    }
    let texts = (efficiency + [trusted]).compactMap { $0?.texts }.max() ?? 0
    let shares =
      texts > 1
      ? trusted.map {
        let seen = $0.detectable.map { " (\(Phrases.fixed(100 * $0, 0)) would have been seen)" }
        return "share trusted \(Phrases.difference($0, as: Phrases.points)) points" + (seen ?? "")
      } : nil
    let efficiencies =
      conditions.isEmpty ? nil : "efficiency in " + conditions.joined(separator: ", ")
    let parts = [shares, efficiencies].compactMap { $0 }
    guard !parts.isEmpty else { return "\(against): no text tells them apart." }
    let place = texts > 1 ? "the same \(Phrases.count(texts)) texts" : "this text"
    return "\(against) on \(place): \(parts.joined(separator: "; "))."
  }
}

extension Phrases {
  /// A method as it stands in a sentence.
  static func map(_ name: String) -> String {
    name == RowQuestions.external ? "the map from elsewhere" : name.spaced
  }

  /// A difference of shares, in percentage points.
  static func points(_ value: Double) -> String { sign(value) + fixed(100 * abs(value), 0) }

  /// A difference of efficiencies.
  static func signed(_ value: Double) -> String { sign(value) + fixed(abs(value), 2) }

  private static func sign(_ value: Double) -> String { value < 0 ? "−" : "+" }

  /// A difference with its interval.
  static func difference(_ compared: PairedComparison, as words: (Double) -> String) -> String {
    let range = compared.interval.map { " [\(words($0.lowerBound)), \(words($0.upperBound))]" }
    return words(compared.difference) + (range ?? "")
  }
}

extension String {
  /// A registered name as words.
  fileprivate var spaced: String { String(map { $0 == "_" ? " " : $0 }) }

  fileprivate var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
