import Attribution
import Tensors
import Values

/// What a check says of the claim it tests.
public enum Outcome: String, Sendable, CaseIterable {
  /// The evidence is what a true explanation would show.
  case supports
  /// The evidence is what an untrue explanation would show.
  case contradicts
  /// The evidence does not decide.
  case inconclusive
  /// The check cannot be made here; its sentence says why.
  case notApplicable = "not applicable"
}

/// What a check is used for.
public enum Role: String, Sendable, CaseIterable {
  /// Decides its condition.
  case primary
  /// Informs, and may turn support into inconclusive.
  case supporting
  /// Describes the model or the map; never decides.
  case descriptive
}

/// The three conditions of a trustworthy explanation.
public enum Condition: String, Sendable, CaseIterable {
  /// The map agrees with other ways of asking the model.
  case consistency
  /// Removing what the map highlights changes the prediction.
  case causalRelevance = "causal_relevance"
  /// Another attention pattern would not have given the same answer.
  case robustness = "counterfactual_robustness"
}

/// The distribution of a statistic under its null hypothesis.
package struct NullSummary: Sendable {
  /// What was random.
  package let name: String
  /// The drawn or enumerated values, ascending.
  package let values: [Double]

  /// The mean of the values.
  package var mean: Double { values.reduce(0, +) / Double(max(values.count, 1)) }
  /// The standard deviation of the values.
  package var deviation: Double {
    let mean = self.mean
    let sum = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (sum / Double(max(values.count, 1))).squareRoot()
  }

  package init(name: String, values: [Double]) {
    self.name = name
    self.values = values.sorted()
  }
}

/// The result of one check on one explanation, for display: all of it is derived from what the check
/// found.
package struct CheckResult: Sendable {
  /// The registered name.
  package let name: String
  /// What it says.
  package let outcome: Outcome
  /// One sentence for a reader who is no specialist.
  package let sentence: String
  /// The tested statistic; nil when undefined.
  package let statistic: Double?
  /// The effect in its own units; nil when undefined.
  package let effect: Double?
  /// The p-value; nil for a deterministic effect.
  package let pValue: Double?
  /// The smallest p attainable at this length and shape.
  package let smallestP: Double?
  /// The null distribution.
  package let null: NullSummary?
  /// What the check took beyond what earlier checks had already computed.
  package let cost: Cost
  /// Everything else that was measured.
  package let details: [(name: String, value: Value)]
  /// What was measured; nil where nothing was.
  package let finding: (any Finding)?

  init(
    _ name: String, _ finding: any Finding, _ thresholds: Thresholds, cost: Cost = Cost(),
    details: [(name: String, value: Value)] = []
  ) {
    self.name = name
    self.finding = finding
    self.cost = cost
    outcome = finding.outcome(thresholds)
    sentence = finding.sentence(thresholds)
    statistic = finding.statistic(thresholds)
    effect = finding.effect
    pValue = finding.pValue
    smallestP = finding.smallestP
    null = finding.null
    self.details = details
  }

  /// A check that measured nothing.
  init(_ name: String, _ outcome: Outcome, _ sentence: String, cost: Cost = Cost()) {
    self.name = name
    self.outcome = outcome
    self.sentence = sentence
    self.cost = cost
    (statistic, effect, pValue, smallestP, null, finding) = (nil, nil, nil, nil, nil, nil)
    details = []
  }
}

extension Check {
  /// Runs the check, or says why it cannot be made.
  func result(_ examination: Examination) throws(AssayError) -> CheckResult {
    let missing = info.needs.subtracting(examination.question.model.card.capabilities)
    guard missing.isEmpty else {
      return CheckResult(
        info.name, .notApplicable,
        "This could not be tested: the model lacks \(missing.names.joined(separator: " and ")).")
    }
    let before = examination.cost
    let examined = try run(examination)
    let cost = Cost(
      forwards: examination.cost.forwards - before.forwards,
      backwards: examination.cost.backwards - before.backwards)
    switch examined {
    case .found(let finding):
      examination.remember(finding)
      return CheckResult(
        info.name, finding, examination.thresholds, cost: cost,
        details: finding.details(examination))
    case .notApplicable(let why):
      return CheckResult(info.name, .notApplicable, why, cost: cost)
    case .undecided(let why): return CheckResult(info.name, .inconclusive, why, cost: cost)
    }
  }
}
