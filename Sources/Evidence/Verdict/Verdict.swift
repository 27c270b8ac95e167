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

/// What the verdict rests on, in one word: of several that hold, the first in this order.
public enum Reason: String, Sendable, CaseIterable {
  // Not trustworthy.
  /// The map is nearly uniform and highlights nothing.
  case flat
  /// The highlighted tokens argue against the prediction.
  case polarity
  /// Other tokens decide than the ones highlighted.
  case decoy
  /// What the map highlights can be removed or redirected without effect.
  case noEffect = "no_effect"

  // Inconclusive.
  /// The tokenizer does not know most of the highlighted tokens.
  case unreadable
  /// Nearly all attention rests on positions that add next to nothing.
  case sinks
  /// Too few tokens to tell agreement from luck.
  case lowPower = "low_power"
  /// Nobody said how much of a score is much.
  case noScale = "no_scale"
  /// Something stands in for the highlighted tokens when they are removed.
  case backedUp = "backed_up"
  /// Removal operators disagree.
  case operatorConflict = "operator_conflict"
  /// No set of as many tokens, nor of twice as many, moves the prediction.
  case diffuse
  /// Not even the best sets found pass the test of removal.
  case untestable
  /// Removal supports the map, and gradients do not.
  case gradientsDisagree = "gradients_disagree"
  /// The highlighted tokens matter, and the attention does not single them out.
  case notAttention = "not_attention"
  /// Some highlighted tokens do nothing, or important ones are missing.
  case partlyRight = "partly_right"

  /// Trustworthy: nothing speaks against the map.
  case none
}

/// One of the three conditions and what was found.
public struct ConditionResult: Sendable, Equatable {
  /// What a condition comes to.
  public enum Outcome: String, Sendable, CaseIterable {
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
  /// The efficiency of the map in it, clipped to [0, 1]; nil where it is undefined or was not needed.
  public let efficiency: Double?
  /// Sentences that say why.
  public let reasons: [String]
  /// The checks that belong to it, by name.
  public let checks: [String]

  package init(
    condition: Condition, outcome: Outcome, efficiency: Double?, reasons: [String],
    checks: [String]
  ) {
    self.condition = condition
    self.outcome = outcome
    self.efficiency = efficiency
    self.reasons = reasons
    self.checks = checks
  }
}

/// The best set of units that was found, and what it changes about the tested map.
package struct RepairedMap: Sendable, Equatable {
  /// Its token positions.
  package let positions: [Int]
  /// Positions that the map highlights and whose removal does nothing.
  package let idle: [Int]
  /// Positions of the best set that the map does not highlight.
  package let missing: [Int]
  /// The least efficiency of the best set over the deciding operators.
  package let efficiency: Double?
}

/// The same rule on the leave-one-out map: what a method can be held against on this input.
package struct Oracle: Sendable {
  /// Its verdict; nil where only a part of the rule was run.
  package let verdict: Verdict?
  /// Its efficiency in each condition that was run.
  package let efficiencies: [(condition: Condition, efficiency: Double?)]
  /// Token positions that it highlights.
  package let highlighted: [Int]
  /// Whether its removal is supported; nil where that was not run.
  package let passesRemoval: Bool?
  /// What the whole rule made of it; nil where only a part was run.
  package let judgement: Judgement?
}

/// Everything that was found about one explanation.
package struct Report: Sendable {
  /// The edition of the rule: reports of another edition came from other tests.
  package static let edition = 2
  /// The answer.
  package let verdict: Verdict
  /// What it rests on.
  package let reason: Reason
  /// How many rungs hold in a row: not flat, consistent, causally relevant, robust; 0 to 4.
  package let ladder: Int
  /// The smallest efficiency over the conditions, from 0 to 1; nil where none is defined.
  package let strength: Double?
  /// The condition that holds least.
  package let weakestLink: Condition
  /// The verdict in sentences for a reader who is no specialist.
  package let sentences: [String]
  /// How many of the independent kinds of evidence (gradients, removal, edited attention) support.
  package let agreeingKinds: Int
  /// The three conditions, in order.
  package let conditions: [ConditionResult]
  /// Every check with what the registry says of it, in the order of the registry.
  package let checks: [(info: CheckInfo, result: CheckResult)]
  /// The tested explanation.
  package let explanation: Explanation
  /// What counted as one thing.
  package let granularity: Granularity
  /// Token positions of every unit.
  package let units: [[Int]]
  /// A gradient explanation of the same prediction.
  package let baseline: Explanation?
  /// Token positions of the highlighted set K.
  package let highlighted: [Int]
  /// Other positions whose attention would have done as well; nil where nothing can be said.
  package let rivals: [Rival]?
  /// The best set found; nil where removal could not be tested.
  package let repaired: RepairedMap?
  /// The same rule on the leave-one-out map; nil where there is none.
  package let oracle: Oracle?
  /// Whether the leave-one-out map or the best set found passes removal, so that a map can be told
  /// from others here; nil where the oracle was not tried in full.
  package let isTestable: Bool?
  /// What kind of model and input this is.
  package let kind: ModelKind
  /// What the verdict rests on beside the checks.
  package let shape: MapShape
  /// The unedited prediction.
  package let prediction: Prediction
  /// The numbers the verdict rests on.
  package let thresholds: Thresholds
  /// The seed of everything stochastic.
  package let seed: UInt64
  /// The passes that were expected before the work began, at most.
  package let estimate: Cost
  /// All passes through the model.
  package let cost: Cost
  /// The verdict with special tokens explained like any other; nil unless asked for.
  package internal(set) var withSpecial: (verdict: Verdict, reason: Reason)?

  /// Whether no other attention that was tried would have done as well; nil where knocking the
  /// highlighted attention out does nothing either.
  package var isExclusive: Bool? { rivals.map(\.isEmpty) }
}
