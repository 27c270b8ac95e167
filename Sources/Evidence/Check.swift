import Attribution
import Models
import Tensors

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

  package init(
    name: String, condition: Condition?, role: Role, claim: String, null: String, limits: String,
    cost: String, source: String, isDefault: Bool = true, vetoes: Bool = false,
    needs: Capabilities = []
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
  }
}

/// A test that an explanation can fail. One file and one registry line each.
package protocol Check: Sendable {
  var info: CheckInfo { get }
  /// The passes that `run` takes at most, beyond what the checks before it have computed.
  func estimate(_ examination: Examination) -> Cost
  /// - Throws: `cancelled` when the caller has asked to stop.
  func run(_ examination: Examination) throws(AssayError) -> CheckResult
}

extension Check {
  /// A result of this check.
  func result(_ outcome: Outcome, _ sentence: String) -> CheckResult {
    CheckResult(info.name, outcome, sentence)
  }
}
