import Attribution
import Models
import Tensors

/// The answer to "is this explanation real?", for one model and one input.
public enum Verdict: String, Sendable, CaseIterable {
  /// All three conditions are supported.
  case trustworthy
  /// At least one condition is contradicted.
  case notTrustworthy = "not trustworthy"
  /// The evidence decides neither way.
  case inconclusive
}

/// What the verdict rests on, in one word.
public enum Reason: String, Sendable, CaseIterable {
  /// The map is nearly uniform and highlights nothing.
  case flat
  /// Other tokens decide than the ones highlighted.
  case decoy
  /// What the map highlights can be removed or redirected without effect.
  case noEffect = "no_effect"
  /// The highlighted tokens argue against the prediction.
  case polarity
  /// Some other map would have given the same answer: not unique is not the same as not real.
  case notUnique = "not_unique"
  /// Removal operators disagree.
  case operatorConflict = "operator_conflict"
  /// Too few tokens to tell agreement from luck.
  case lowPower = "low_power"
  /// Nearly all attention rests on special tokens and punctuation.
  case sinks
  /// No single reason.
  case none
}

/// One of the three conditions and what was found.
public struct ConditionResult: Sendable {
  /// What a condition comes to.
  public enum Outcome: String, Sendable {
    /// The evidence is what a true explanation would show.
    case supported
    /// The evidence is what an untrue explanation would show.
    case contradicted
    /// The evidence does not decide.
    case inconclusive
    /// Its primary check cannot be made here.
    case notApplicable = "not applicable"
  }

  /// Which condition.
  public let condition: Condition
  /// What it came to.
  public let outcome: Outcome
  /// Sentences that say why.
  public let reasons: [String]
  /// The checks that belong to it, by name.
  public let checks: [String]
}

/// Everything that was found about one explanation.
public struct Report: Sendable {
  /// The answer.
  public let verdict: Verdict
  /// What it rests on.
  public let reason: Reason
  /// How many rungs hold in a row: not flat, consistent, causally relevant, robust.
  public let ladder: Int
  /// The condition that holds least.
  public let weakestLink: Condition
  /// The verdict in sentences for a reader who is no specialist.
  public let sentences: [String]
  /// How many of the independent kinds of evidence (gradients, removal, edited attention) support.
  public let agreeingKinds: Int
  /// The three conditions, in order.
  public let conditions: [ConditionResult]
  /// Every check with what the registry says of it, in the order of the registry.
  public let checks: [(info: CheckInfo, result: CheckResult)]
  /// The tested explanation.
  public let explanation: Explanation
  /// A gradient explanation of the same prediction.
  public let baseline: Explanation?
  /// Token positions of the highlighted set K.
  public let highlighted: [Int]
  /// What the verdict rests on beside the checks.
  package let shape: MapShape
  /// The unedited prediction.
  public let prediction: Prediction
  /// The numbers the verdict rests on.
  public let thresholds: Thresholds
  /// The seed of everything stochastic.
  public let seed: UInt64
  /// The passes that were expected before the work began, at most.
  public let estimate: Cost
  /// All passes through the model.
  public let cost: Cost
  /// The verdict with special tokens explained like any other; nil unless asked for.
  public let withSpecial: (verdict: Verdict, reason: Reason)?
}
