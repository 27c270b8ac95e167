import Attribution
import Tensors
import Testing

@testable import Evidence

/// The rule on findings written by hand: every reason has findings that show it and findings near
/// them that do not.
@Suite struct VerdictRuleTests {
  /// Findings of one map over ten units, of which everything supports the map unless changed.
  struct Case {
    var count = 10
    var concentration = 4.0
    var gradient = 0.9
    var gradientP = 0.001
    var bound = 0.01
    /// What removing K does, its efficiency, the largest effect found, and p, one an operator.
    var removals: [(together: Double, efficiency: Double, largest: Double, p: Double)] = [
      (0.4, 0.9, 0.45, 0.005), (0.4, 0.9, 0.45, 0.005),
    ]
    var held: [(together: Double, efficiency: Double, largest: Double, p: Double)] = []
    var doubled = 0.0
    var missing: [Int] = []
    var knockOut = 0.4
    var pours = Array(repeating: 0.4, count: 9)
    var swap = 0.4
    var placement: (efficiency: Double, p: Double)? = (0.9, 0.005)
    var drops = [0.3, 0.3]
    var sinkMass: Double?
    var unknown = 0.0
    var isScaled = true
    var isTestable = true

    private func efficiency(
      _ one: (together: Double, efficiency: Double, largest: Double, p: Double)
    ) -> Efficiency {
      // On a scale from 0, what is typical, to 1, the best found.
      Efficiency(
        set: [0], together: one.together, combined: one.efficiency, typical: 0,
        largest: one.largest, mean: 0, best: ([0], 1), null: [],
        p: SequentialP(value: one.p, read: 199, exceedances: 0, isExact: false), bound: bound)
    }

    var rule: VerdictRule {
      let thresholds = Thresholds()
      func trial(
        _ how: RemovalOperator,
        _ one: (together: Double, efficiency: Double, largest: Double, p: Double)
      ) -> RemovalFinding.Trial {
        RemovalFinding.Trial(
          way: RemovalWay(how: how), effect: efficiency(one), drop: one.together, singles: [],
          drops: [])
      }
      var removal = RemovalFinding(
        trials: zip([.delete, .mask, .replace], removals).map(trial), asked: thresholds)
      removal.held = held.map { trial(.mask, $0) }
      removal.doubled = doubled
      removal.missing = missing
      let redirect = RedirectFinding(
        knockOut: knockOut,
        pours: pours.enumerated().map {
          RedirectFinding.Pour(unit: $0 + 1, effect: $1, distance: 0.2)
        }, swap: swap,
        placement: placement.map { efficiency((swap, $0.efficiency, swap, $0.p)) },
        scope: AttentionScope(layers: [0]), knowsScope: true, bound: bound)
      let findings: [(any Check, any Finding)] = [
        (
          GradientAgreement(),
          GradientFinding(
            placement: PlacementNull(observed: gradient, pValue: gradientP, smallestP: bound),
            references: [], isIndependent: true)
        ),
        (Removal(), removal), (Redirect(), redirect),
        (
          Polarity(),
          PolarityFinding(operators: [.delete, .mask], drops: drops, isScaled: isScaled)
        ),
      ]
      return VerdictRule(
        shape: MapShape(
          count: count, highlightsNothing: false, concentration: concentration,
          sinkMass: sinkMass, unknownShare: unknown, unknownHighlighted: unknown,
          isScaled: isScaled, bound: bound),
        thresholds: thresholds,
        results: findings.map { check, finding in
          (check.info, CheckResult(check.info.name, finding, thresholds))
        })
    }

    var answer: String {
      get throws {
        let rule = self.rule
        let conditions = rule.conditions
        let verdict = rule.verdict(conditions)
        let reason = try rule.reason(verdict, conditions) { () throws(AssayError) in isTestable }
        return "\(verdict.rawValue): \(reason.rawValue)"
      }
    }
  }

  private func expect(
    _ expected: String, _ comment: Comment? = nil, _ change: (inout Case) -> Void
  ) throws {
    var one = Case()
    change(&one)
    #expect(try one.answer == expected, comment)
  }

  @Test func everythingSupportedIsTrustworthy() throws {
    try expect("trustworthy: none") { _ in }
  }

  @Test func flat() throws {
    try expect("not trustworthy: flat") { $0.concentration = 1.49 }
    try expect("trustworthy: none") { $0.concentration = 1.5 }
  }

  @Test func polarity() throws {
    try expect("not trustworthy: polarity") { $0.drops = [-0.05, -0.3] }
    try expect("trustworthy: none", "only one operator") { $0.drops = [-0.049, -0.3] }
  }

  @Test func decoyByRemoval() throws {
    try expect("not trustworthy: decoy") {
      $0.removals = [(0.1, 0.09, 0.5, 0.9), (0.1, 0.09, 0.5, 0.9)]
    }
    try expect("inconclusive: partly_right", "one operator contradicts") {
      $0.removals = [(0.1, 0.09, 0.5, 0.9), (0.1, 0.11, 0.5, 0.9)]
    }
  }

  @Test func decoyByGradients() throws {
    try expect("not trustworthy: decoy") {
      $0.gradient = 0.09
      $0.removals = [(0.3, 0.4, 0.5, 0.2), (0.3, 0.4, 0.5, 0.2)]
    }
    try expect("inconclusive: gradients_disagree", "removal is supported") { $0.gradient = 0.09 }
    try expect("inconclusive: partly_right", "agreement above the lower bound") {
      $0.gradient = 0.11
    }
  }

  @Test func noEffectByRemoval() throws {
    try expect("not trustworthy: no_effect") {
      $0.removals = [(0.01, 0, 0.5, 1), (0.01, 0, 0.5, 1)]
    }
  }

  @Test func noEffectByRedirection() throws {
    try expect("not trustworthy: no_effect") {
      $0.pours = Array(repeating: 0.049, count: 9)
      ($0.swap, $0.placement) = (0.049, nil)
    }
    try expect("inconclusive: not_attention", "pours alone do nothing") {
      $0.pours = Array(repeating: 0.049, count: 9)
      $0.placement = nil
    }
  }

  @Test func unreadable() throws {
    try expect("inconclusive: unreadable", "even against a contradiction") {
      ($0.unknown, $0.concentration) = (0.6, 1)
    }
    try expect("trustworthy: none") { $0.unknown = 0.5 }
  }

  @Test func sinks() throws {
    try expect("inconclusive: sinks") { ($0.sinkMass, $0.gradientP) = (0.91, 0.5) }
    try expect("inconclusive: partly_right") { ($0.sinkMass, $0.gradientP) = (0.89, 0.5) }
    try expect("trustworthy: none", "sinks explain doubt, they make none") { $0.sinkMass = 0.91 }
  }

  @Test func lowPower() throws {
    try expect("inconclusive: low_power") { $0.bound = 0.21 }
    try expect("trustworthy: none") { $0.bound = 0.2 }
    try expect("inconclusive: low_power", "one unit") { $0.count = 1 }
  }

  @Test func noScale() throws {
    try expect("inconclusive: no_scale") { ($0.isScaled, $0.gradientP) = (false, 0.5) }
  }

  @Test func backedUp() throws {
    try expect("inconclusive: backed_up") {
      $0.removals = [(0.01, 0, 0.5, 1), (0.01, 0, 0.5, 1)]
      $0.held = [(0.4, 0.9, 0.45, 0.005)]
    }
    try expect("inconclusive: backed_up", "redirection without effect is excused as well") {
      $0.removals = [(0.01, 0, 0.5, 1), (0.01, 0, 0.5, 1)]
      $0.held = [(0.4, 0.9, 0.45, 0.005)]
      ($0.pours, $0.swap, $0.placement) = ([0.0], 0, nil)
    }
    try expect("not trustworthy: no_effect", "held attention changes nothing") {
      $0.removals = [(0.01, 0, 0.5, 1), (0.01, 0, 0.5, 1)]
      $0.held = [(0.4, 0.3, 0.45, 0.5)]
    }
  }

  @Test func operatorConflict() throws {
    try expect("inconclusive: operator_conflict") {
      $0.removals = [(0.4, 0.9, 0.45, 0.005), (0.01, 0, 0.5, 1)]
    }
    try expect("trustworthy: none", "a third breaks the tie") {
      $0.removals = [(0.4, 0.9, 0.45, 0.005), (0.01, 0, 0.5, 1), (0.4, 0.9, 0.45, 0.005)]
    }
    try expect("not trustworthy: no_effect", "either way") {
      $0.removals = [(0.4, 0.9, 0.45, 0.005), (0.01, 0, 0.5, 1), (0.01, 0, 0.5, 1)]
    }
  }

  @Test func diffuse() throws {
    try expect("inconclusive: diffuse") {
      $0.removals = [(0.01, 0, 0.04, 1), (0.01, 0, 0.04, 1)]
      $0.doubled = 0.04
    }
    try expect("inconclusive: untestable", "twice as many do something") {
      $0.removals = [(0.01, 0, 0.04, 1), (0.01, 0, 0.04, 1)]
      ($0.doubled, $0.isTestable) = (0.06, false)
    }
  }

  @Test func untestable() throws {
    try expect("inconclusive: untestable") {
      $0.removals = [(0.3, 0.4, 0.5, 0.2), (0.3, 0.4, 0.5, 0.2)]
      $0.isTestable = false
    }
    try expect("inconclusive: partly_right") {
      $0.removals = [(0.3, 0.4, 0.5, 0.2), (0.3, 0.4, 0.5, 0.2)]
    }
  }

  /// A map that names half of what decides is right in part, however well it does in everything else.
  @Test func incomplete() throws {
    try expect("inconclusive: partly_right") { $0.missing = [4] }
    try expect("not trustworthy: no_effect", "what does nothing is not excused") {
      $0.missing = [4]
      $0.removals = [(0.01, 0, 0.5, 1), (0.01, 0, 0.5, 1)]
    }
  }

  @Test func notAttention() throws {
    try expect("inconclusive: not_attention") { $0.placement = (0.4, 0.2) }
    try expect("inconclusive: partly_right", "gradients do not support either") {
      ($0.placement, $0.gradient) = ((0.4, 0.2), 0.4)
    }
  }

  /// The strength is the least efficiency; a condition without effect counts as nothing.
  @Test func strengthIsTheLeastEfficiency() throws {
    var one = Case()
    one.placement = (0.7, 0.005)
    #expect(one.rule.strength(one.rule.conditions) == 0.7)
    one.knockOut = 0
    #expect(one.rule.strength(one.rule.conditions) == 0)
  }

  /// What a check is called, and what is shown of it, decides nothing.
  @Test func noNameDecides() throws {
    let rule = Case().rule
    let renamed = VerdictRule(
      shape: rule.shape, thresholds: rule.thresholds,
      results: rule.results.map { info, result in
        let other = CheckInfo(
          name: "check \(info.name.count)", condition: info.condition, role: info.role,
          claim: "", null: "", limits: "", cost: "", source: "", vetoes: info.vetoes)
        return (other, CheckResult(other.name, result.finding ?? Silent(), rule.thresholds))
      })
    #expect(renamed.verdict(renamed.conditions) == .trustworthy)
  }

  /// A finding that says nothing.
  private struct Silent: Finding {
    func outcome(_ thresholds: Thresholds) -> Outcome { .inconclusive }
    func sentence(_ thresholds: Thresholds) -> String { "" }
    func statistic(_ thresholds: Thresholds) -> Double? { nil }
  }

  /// Every reason has a sentence and, unless nothing is to be done, advice.
  @Test(arguments: Reason.allCases) func everyReasonSaysWhatToDo(reason: Reason) {
    let rule = Case().rule
    let sentences = VerdictSentences(
      rule: rule, verdict: .inconclusive, reason: reason, conditions: rule.conditions, rivals: nil,
      cutsTies: false, kind: nil)
    #expect(reason == .none || (!sentences.meaning.isEmpty && !sentences.advice.isEmpty))
  }
}
