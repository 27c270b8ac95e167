import Tensors

/// The verdict for a reader who is no specialist, most important first.
struct VerdictSentences {
  let rule: VerdictRule
  let verdict: Verdict
  let reason: Reason
  let conditions: [ConditionResult]
  /// The tokens of other positions that would have done as well, as far as the input can say.
  let rivals: [Rival]?
  let cutsTies: Bool
  /// What kind of model and input it is about; nil says nothing of error rates.
  let kind: ModelKind?

  var all: [String] {
    [headline, meaning, advice].filter { !$0.isEmpty }
      + conditions.flatMap(\.reasons) + [balance] + exclusivity + notes + foundation
      + ["This holds for this model and this input."] + scope
  }

  private var headline: String {
    switch verdict {
    case .trustworthy: "The explanation passed every test that could have refuted it."
    case .notTrustworthy: "The explanation failed a test that a true explanation passes."
    case .inconclusive: "The evidence does not decide whether the explanation is true."
    }
  }

  var meaning: String {
    switch reason {
    case .flat: "The map is nearly even: it singles out nothing."
    case .polarity: "The highlighted tokens argue against the prediction."
    case .decoy: "The prediction is decided by other tokens than the ones the map highlights."
    case .noEffect:
      isAboutAttention
        ? "The attention that the map highlights can go elsewhere without much effect."
        : "The tokens that the map highlights can be removed without much effect."
    case .unreadable: "The tokenizer does not know most of the highlighted tokens."
    case .sinks: "Nearly all of the map's attention rests on positions that add next to nothing."
    case .lowPower: "There are too few tokens to tell agreement from luck."
    case .noScale: "Nobody said how much of this score is much."
    case .backedUp: "Something stands in for the highlighted tokens when they are removed."
    case .operatorConflict: "Different ways of removing the highlighted tokens disagree."
    case .diffuse: "No few tokens decide this prediction: it rests on many at once."
    case .untestable: "Not even the best tokens found pass the test of removal on this input."
    case .gradientsDisagree: "Removal supports the map, and gradients point elsewhere."
    case .notAttention: "The highlighted tokens matter, but the attention does not single them out."
    case .partlyRight:
      conditions.contains { $0.outcome == .notApplicable }
        ? "Nothing that could be tested speaks against the map, and not everything could be tested."
        : "The map is right in part."
    case .none: ""
    }
  }

  /// What to do next.
  var advice: String {
    switch reason {
    case .flat: "Look at single layers and heads, or at a method that singles something out."
    case .polarity: "Explain the other label, or read the map as evidence against this one."
    case .noEffect where isAboutAttention:
      "Say nothing of attention here: the same tokens may matter by another way."
    case .decoy, .noEffect: "See the repaired map for the tokens that do decide."
    case .unreadable: "Use the tokenizer that belongs to the model, or text that it can read."
    case .sinks: "Look at another layer, or at a method that weighs attention by what it carries."
    case .lowPower: "Ask on longer texts, or over a data set, where chance averages out."
    case .noScale: "Give scale=, how much of the score counts as much."
    case .backedUp: "Remove the copies together (search=elimination finds them), or edit attention."
    case .operatorConflict: "Choose the operator whose texts the model has seen, by operator=."
    case .diffuse: "Ask with larger units (granularity=word or span), or another question."
    case .untestable: "Ask on other texts: here no map of this size could be shown to be true."
    case .gradientsDisagree: "Compare with shapley_sampling, which is neither."
    case .notAttention: "Say that these tokens matter; do not say that attention shows it."
    case .partlyRight:
      "See the conditions for what is missing, and the repaired map for idle and missing tokens."
    case .none: ""
    }
  }

  /// Whether what contradicts the map is what edited attention does, and not what removal does.
  private var isAboutAttention: Bool {
    !conditions.contains { $0.condition == .causalRelevance && $0.outcome == .contradicted }
  }

  /// How many independent kinds of evidence support the map, and which condition holds least.
  private var balance: String {
    let weakest = name(rule.weakestLink(conditions))
    let kinds = rule.kinds
    return "\(kinds.agreeing) of \(kinds.all) independent kinds of evidence (gradients, removal, "
      + "edited attention) support the map; \(weakest) is the weakest link."
  }

  private func name(_ condition: Condition) -> String {
    condition.rawValue.replacing("_", with: " ")
  }

  /// Whether other attention would have done as well: beside the verdict, not in it.
  private var exclusivity: [String] {
    guard let rivals else { return [] }
    if rivals.isEmpty {
      return ["Exclusive: attention on no other single token would have given the same answer."]
    }
    return [
      "Not exclusive: attention on \(rivals.count) other \(rivals.count == 1 ? "token" : "tokens") "
        + "instead would have given nearly the same answer."
    ]
  }

  private var notes: [String] {
    var notes: [String] = []
    let bound = rule.bound
    if bound > rule.thresholds.alpha, bound < 1 {
      let chances = Int(saturating: (1 / bound).rounded(.down))
      notes.append(
        "\(rule.shape.count) tokens: a random map of this shape passes 1 time in \(chances).")
    }
    if cutsTies {
      notes.append("More tokens than can be named have as much weight as the last one that is.")
    }
    if rule.shape.unknownShare > 0 {
      notes.append(
        "The tokenizer does not know \(percent(rule.shape.unknownShare)) of the tokens.")
    }
    return notes
  }

  /// What the verdict rests on, when some condition could not be tested.
  private var foundation: [String] {
    let missing = conditions.filter { $0.outcome == .notApplicable }
    let tested = conditions.filter { $0.outcome != .notApplicable }
    func names(_ conditions: [ConditionResult]) -> String {
      conditions.map { name($0.condition) }.joined(separator: " and ")
    }
    if missing.isEmpty { return [] }
    if tested.isEmpty { return ["The verdict rests on no condition: none could be tested."] }
    return [
      "The verdict rests on \(names(tested)) alone: \(names(missing)) could not be tested, and "
        + "without \(missing.count == 1 ? "it" : "them") no map is called trustworthy."
    ]
  }

  private var scope: [String] {
    var notes: [String] = []
    if rule.thresholds.provisional {
      notes.append("The thresholds are not those whose error rates were measured.")
    }
    if let kind, !kind.isCalibrated {
      notes.append("Error rates were not measured for this kind of model (\(kind.description)).")
    }
    return notes
  }
}
