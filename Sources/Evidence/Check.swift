import Attribution
import Models
import Tensors
import Values

/// What the registry says of a check.
public struct CheckInfo: Sendable {
  /// The registered name.
  public let name: String
  /// Which condition it belongs to; nil for one that only describes.
  public let condition: Condition?
  /// What it is used for.
  public let role: Role
  /// The claim it could refute.
  public let claim: String
  /// The null hypothesis.
  public let null: String
  /// What a pass does not show.
  public let limits: String
  /// Passes through the model, with n explained tokens.
  public let cost: String
  /// Where it was published.
  public let source: String
  /// Whether it belongs to the default set.
  public let isDefault: Bool
  /// Whether a contradiction by this supporting check takes the support of its condition back to
  /// inconclusive.
  public let vetoes: Bool
  /// What the model must be able to do.
  public let needs: Capabilities
  /// The check's own options, with defaults and meaning.
  public let options: [OptionSpec]

  package init(
    name: String, condition: Condition?, role: Role, claim: String, null: String, limits: String,
    cost: String, source: String, isDefault: Bool = true, vetoes: Bool = false,
    needs: Capabilities = [], options: [OptionSpec] = []
  ) {
    self.name = name
    self.condition = condition
    self.role = role
    self.claim = claim
    self.null = null
    self.limits = limits
    self.cost = cost
    self.source = source
    self.isDefault = isDefault
    self.vetoes = vetoes
    self.needs = needs
    self.options = options
  }
}

/// A test that an explanation can fail. One file and one registry line each.
package protocol Check: Sendable {
  /// What the check measures.
  associatedtype Found: Finding
  var info: CheckInfo { get }
  /// The passes that `run` takes at most, beyond what the checks before it have computed.
  /// - Throws: `option` for an option of the check that is out of range.
  func estimate(_ examination: Examination) throws(AssayError) -> Cost
  /// - Throws: `cancelled` when the caller has asked to stop.
  func run(_ examination: Examination) throws(AssayError) -> Examined<Found>
}

/// What came of a check: measurements, or why there are none.
package enum Examined<Found: Sendable>: Sendable {
  case found(Found)
  /// The check cannot be made here.
  case notApplicable(String)
  /// The check can be made, and there is nothing to measure.
  case undecided(String)
}

/// The measurements of one check. The verdict reads these and nothing that is made for display.
package protocol Finding: Sendable {
  /// What the measurements come to.
  func outcome(_ thresholds: Thresholds) -> Outcome
  /// One sentence for a reader who is no specialist.
  func sentence(_ thresholds: Thresholds) -> String
  /// The tested statistic; nil when undefined.
  func statistic(_ thresholds: Thresholds) -> Double?
  /// The effect in its own units; nil when undefined.
  var effect: Double? { get }
  /// The p-value; nil for a deterministic effect.
  var pValue: Double? { get }
  /// The smallest p attainable at this length and shape.
  var smallestP: Double? { get }
  /// The null distribution.
  var null: NullSummary? { get }
  /// Everything else that was measured, for display.
  func details(_ examination: Examination) -> [(name: String, value: Value)]
}

extension Finding {
  package var effect: Double? { nil }
  package var pValue: Double? { nil }
  package var smallestP: Double? { nil }
  package var null: NullSummary? { nil }
  package func details(_ examination: Examination) -> [(name: String, value: Value)] { [] }
}

/// The typed findings of one report, by type.
package struct Findings: Sendable {
  private let all: [any Finding]

  package init(_ all: [any Finding]) { self.all = all }

  func adding(_ finding: any Finding) -> Findings { Findings(all + [finding]) }

  /// The finding of one type; nil where its check measured nothing.
  package func of<Found: Finding>(_: Found.Type = Found.self) -> Found? {
    for case let found as Found in all { return found }
    return nil
  }
}
