import Attribution
import Tensors
import Values

/// What a check says of the claim it tests.
public enum Outcome: String, Sendable {
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
public enum Role: String, Sendable {
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
public struct NullSummary: Sendable {
  /// What was random.
  public let name: String
  /// The drawn or enumerated values, ascending.
  public let values: [Double]

  /// The mean of the values.
  public var mean: Double { values.reduce(0, +) / Double(max(values.count, 1)) }
  /// The standard deviation of the values.
  public var deviation: Double {
    let mean = self.mean
    let sum = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (sum / Double(max(values.count, 1))).squareRoot()
  }

  package init(name: String, values: [Double]) {
    self.name = name
    self.values = values.sorted()
  }
}

/// What a check's measurements come to under some thresholds.
package struct Judgement: Sendable, Equatable {
  package let outcome: Outcome
  /// Whether parts of the evidence contradict each other.
  package var isConflicting = false

  package init(_ outcome: Outcome, isConflicting: Bool = false) {
    self.outcome = outcome
    self.isConflicting = isConflicting
  }
}

/// The result of one check on one explanation.
public struct CheckResult: Sendable {
  /// The registered name.
  public let name: String
  /// What it says.
  public var outcome: Outcome
  /// One sentence for a reader who is no specialist.
  public var sentence: String
  /// The tested statistic; nil when undefined.
  public var statistic: Double?
  /// The effect in its own units; nil when undefined.
  public var effect: Double?
  /// The p-value; nil for a deterministic effect.
  public var pValue: Double?
  /// The smallest p attainable at this length and shape.
  public var smallestP: Double?
  /// The null distribution.
  public var null: NullSummary?
  /// What the check took beyond what earlier checks had already computed.
  public var cost = Cost()
  /// What the measurements come to under any thresholds, without measuring again; nil for a check
  /// that decides nothing.
  package var judge: (@Sendable (Thresholds) -> Judgement)?
  /// Everything else that was measured.
  public var details: [(name: String, value: Value)] = []

  package init(_ name: String, _ outcome: Outcome, _ sentence: String) {
    self.name = name
    self.outcome = outcome
    self.sentence = sentence
  }
}
