import Tensors

extension VerdictRule {
  /// The verdict for a reader who is no specialist, most important first.
  func sentences(
    _ verdict: Verdict, _ reason: Reason, _ conditions: [ConditionResult]
  ) -> [String] {
    var sentences = [headline(verdict), meaning(reason, verdict)].filter { !$0.isEmpty }
    sentences += conditions.flatMap(\.reasons)
    sentences.append(balance(conditions))
    sentences += powerNotes
    sentences += foundation(conditions)
    sentences.append("This holds for this model and this input.")
    if thresholds.provisional {
      sentences.append("The thresholds are not those whose error rates were measured.")
    }
    return sentences
  }

  /// How many independent kinds of evidence support the map, and which condition holds least.
  private func balance(_ conditions: [ConditionResult]) -> String {
    let weakest = weakestLink(conditions).rawValue.replacing("_", with: " ")
    return "\(agreeingKinds) of 3 independent kinds of evidence (gradients, removal, edited "
      + "attention) support the map; \(weakest) is the weakest link."
  }

  /// What the verdict rests on, when some condition could not be tested.
  private func foundation(_ conditions: [ConditionResult]) -> [String] {
    let missing = conditions.filter { $0.outcome == .notApplicable }
    let tested = conditions.filter { $0.outcome != .notApplicable }
    func names(_ conditions: [ConditionResult]) -> String {
      conditions.map { $0.condition.rawValue.replacing("_", with: " ") }
        .joined(separator: " and ")
    }
    if missing.isEmpty { return [] }
    if tested.isEmpty { return ["The verdict rests on no condition: none could be tested."] }
    return [
      "The verdict rests on \(names(tested)) alone: \(names(missing)) could not be tested, and "
        + "without \(missing.count == 1 ? "it" : "them") no map is called trustworthy."
    ]
  }

  private func headline(_ verdict: Verdict) -> String {
    switch verdict {
    case .trustworthy: "The explanation passed every test that could have refuted it."
    case .notTrustworthy: "The explanation failed a test that a true explanation passes."
    case .inconclusive: "The evidence does not decide whether the explanation is true."
    }
  }

  private func meaning(_ reason: Reason, _ verdict: Verdict) -> String {
    switch reason {
    case .flat: "The map is nearly uniform: it singles out nothing."
    case .decoy: "The prediction is decided by other tokens than the ones the map highlights."
    case .noEffect:
      "The tokens or the attention that the map highlights can be replaced without much effect."
    case .polarity: "The highlighted tokens argue against the prediction."
    case .notUnique:
      "Another map would have given the same answer. Not unique is not the same as not real."
    case .operatorConflict: "Different ways of removing the highlighted tokens disagree."
    case .lowPower: "There are too few tokens to tell agreement from luck."
    case .sinks:
      "Nearly all attention rests on special tokens and punctuation, so little is left to judge."
    case .none: verdict == .inconclusive ? "The evidence agrees with the map only in part." : ""
    }
  }

  /// What this length and shape can attain, when it is less than the level asks for.
  private var powerNotes: [String] {
    let smallest = results.filter { $0.info.role == .primary }.compactMap(\.result.smallestP).max()
    guard let smallest, smallest > thresholds.alpha, smallest < 1 else { return [] }
    let chances = Int((1 / smallest).rounded(.down))
    return [
      "\(shape.count) tokens: a random map of this shape passes 1 time in \(chances)."
    ]
  }
}
