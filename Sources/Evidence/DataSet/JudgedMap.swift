import Attribution
import Models
import Tensors

/// One map of a text, held against what can be attained there and against chance.
package struct JudgedMap: Sendable {
  /// The method that made it, or `external`.
  package let name: String
  package let own: Judgement
  /// The same rule on the leave-one-out map, within the attention that made this one; nil where it was
  /// not tried in full.
  package let oracle: Judgement?
  /// Whether a map can be told from others on this text; nil where nobody tried.
  package let isTestable: Bool?
  /// Whether the rule trusts the same weights placed at random.
  package let trustsChance: Bool

  package init(
    name: String, own: Judgement, oracle: Judgement?, isTestable: Bool?, trustsChance: Bool
  ) {
    self.name = name
    self.own = own
    self.oracle = oracle
    self.isTestable = isTestable
    self.trustsChance = trustsChance
  }

  /// - Parameter examination: of the same map, on the evidence of its verdict; it pays for what chance
  ///   takes.
  init(_ name: String, _ report: Report, _ examination: Examination) throws(AssayError) {
    self.init(
      name: name, own: Judgement(report), oracle: report.oracle?.judgement,
      isTestable: report.isTestable, trustsChance: try examination.trustsChance())
  }
}

extension Examination {
  /// Whether the rule trusts these weights placed at random: what it would grant by luck alone.
  ///
  /// Checks run in their order, and none is asked once another has not supported.
  fileprivate func trustsChance() throws(AssayError) -> Bool {
    let shape = MapShape(self, sinkMass: nil)
    if shape.isFlat(thresholds) { return false }
    var draw = random("data_set.chance").draw(0)
    let placed = draw.permutation(count).map { scores[$0] }
    let other = examining(question.external(placed, units), scores: placed)
    var results: [(info: CheckInfo, result: CheckResult)] = []
    for check in try Checks.selected(.deciding) {
      let result = try check.result(other)
      if check.info.role == .primary, result.outcome != .supports { break }
      results.append((check.info, result))
    }
    spend(other.cost)
    let rule = VerdictRule(
      shape: MapShape(other, sinkMass: nil), thresholds: thresholds, results: results)
    return rule.verdict(rule.conditions) == .trustworthy
  }
}
