import Evidence
import Models
import Tensors
import Values

/// What an audit found of one row, under the names that Python's run folders have.
public struct AuditedRow: Sendable, Equatable, Codable {
  /// One check on the row.
  public struct Check: Sendable, Equatable, Codable {
    /// `supports`, `contradicts`, `inconclusive` or `not applicable`.
    public let outcome: String
    /// The value that is tested.
    public let statistic: Double?
    /// The share of null draws at least as large.
    public let pValue: Double?

    private enum CodingKeys: String, CodingKey {
      case outcome, statistic
      case pValue = "p_value"
    }
  }

  /// The number of the row in the data, counted from 0.
  public let row: Int
  /// The text.
  public let text: String
  /// The second text of a pair.
  public let pair: String?
  /// The name of the gold label; nil where nobody said.
  public let label: String?
  /// Why the row could not be examined; everything below is nil then.
  public internal(set) var error: String?
  /// The seed of the row's random draws.
  public let seed: UInt64
  /// Whether the text was cut.
  public internal(set) var truncated = false
  /// The answer: `trustworthy`, `not trustworthy` or `inconclusive`.
  public internal(set) var verdict: String?
  /// What it rests on.
  public internal(set) var reason: String?
  /// How many rungs of the reliability ladder hold.
  public internal(set) var ladder: Int?
  /// The smallest efficiency over the conditions.
  public internal(set) var strength: Double?
  /// The name of the predicted label.
  public internal(set) var predicted: String?
  /// The predicted label's probability.
  public internal(set) var confidence: Double?
  /// What was explained.
  public internal(set) var target: String?
  /// Whether the prediction is the gold label.
  public internal(set) var correct: Bool?
  /// How many tokens are highlighted.
  public internal(set) var highlighted: Int?
  /// The checks by name.
  public internal(set) var checks: [String: Check]?

  init(_ row: AuditRow, number: Int, seed: UInt64, label: Int?, of model: Model) {
    self.row = number
    self.seed = seed
    text = row.text
    pair = row.pair
    self.label = label.map(model.label)
  }

  /// Writes down what was found.
  mutating func fill(_ found: ExaminedRow, of model: Model) {
    let report = found.report
    verdict = report.verdict.rawValue
    reason = report.reason.rawValue
    ladder = report.ladder
    strength = report.strength
    predicted = found.predicted.map(model.label)
    confidence = found.confidence
    target = model.name(of: report.explanation.target)
    correct = found.correct
    highlighted = report.highlighted.count
    let each = report.checks.map { check in
      (
        check.info.name,
        Check(
          outcome: check.result.outcome.rawValue, statistic: check.result.statistic,
          pValue: check.result.pValue)
      )
    }
    checks = Dictionary(each) { first, _ in first }
  }
}
