import Attribution
import Models
import Tensors
import Values

/// What is put to the test.
public enum TestedExplanation: Sendable {
  /// A registered method with its options.
  case method(String, options: [String: Value] = [:])
  /// Scores from anywhere: one an explained position, or one a token.
  case scores([Double])
}

extension Model {
  /// Tests one explanation of one prediction and gives a reasoned verdict.
  ///
  /// - Parameters:
  ///   - explanation: a method's name, or scores from elsewhere.
  ///   - target: the scalar explained; the predicted label when nil.
  ///   - checks: which checks run; the primary ones always do.
  ///   - settings: thresholds and draws.
  ///   - shared: what verdicts on other explanations of the same prediction have computed.
  /// - Throws: `input` for tokens that do not fit, `option` for an unknown name or value, `shape`
  ///   for scores of another length, `numeric` for scores that are not finite, `unsupported`,
  ///   `cancelled`.
  package func verify(
    _ input: Input, explanation: TestedExplanation, target: Target? = nil,
    checks: Checks.Selection = .standard, settings: Settings = Settings(),
    sharing shared: SharedEvidence = SharedEvidence(), execution: Execution
  ) throws(AssayError) -> Report {
    let selected = try Checks.selected(checks)
    let question = try Question(self, input, target: target, execution: execution)
    let (tested, scores, scope) = try question.resolve(explanation)
    try settings.validate(for: question)
    var examination = Examination(
      question, explanation: tested, scores: scores, scope: scope, settings: settings,
      sharing: shared)
    let spent = tested.cost + Cost(forwards: 1)
    if let budget = settings.budget {
      examination = Examination(
        question, explanation: tested, scores: scores, scope: scope,
        settings: try examination.fitted(selected, to: budget, spent: spent), sharing: shared)
    }
    examination.spend(spent)
    let estimate = examination.cost + examination.estimate(selected)
    let announced = "about \(estimate.forwardEquivalents) forward passes in all"
    try execution.report(0, announced)
    var results: [(info: CheckInfo, result: CheckResult)] = []
    for (index, check) in selected.enumerated() {
      try execution.report(
        Double(index) / Double(selected.count), "\(announced): \(check.info.name)")
      results.append((check.info, try examination.outcome(of: check)))
    }
    let rule = VerdictRule(
      shape: examination.shape, thresholds: settings.thresholds, results: results)
    let conditions = Condition.allCases.map(rule.condition)
    let verdict = rule.verdict(conditions)
    let reason = rule.reason(verdict, conditions)
    var sentences = rule.sentences(verdict, reason, conditions)
    if let shortfall = examination.settings.shortfall(from: settings) {
      sentences.append(shortfall)
    }
    let withSpecial =
      settings.withSpecial
      ? try verdictWithSpecial(input, explanation, target: question.target, settings, execution)
      : nil
    let baseline = try examination.references().first?.explanation
    return Report(
      verdict: verdict, reason: reason, ladder: rule.ladder(conditions),
      weakestLink: rule.weakestLink(conditions),
      sentences: sentences, agreeingKinds: rule.agreeingKinds,
      conditions: conditions, checks: results, explanation: tested, baseline: baseline,
      highlighted: examination.positions(examination.highlight.top),
      shape: examination.shape, prediction: question.prediction, thresholds: settings.thresholds,
      seed: execution.seed,
      estimate: estimate, cost: examination.cost, withSpecial: withSpecial)
  }

  /// The verdict with special tokens explained like any other, from the deciding checks alone; nil
  /// where no token is special or the scores leave the special ones out.
  private func verdictWithSpecial(
    _ input: Input, _ explanation: TestedExplanation, target: Target, _ settings: Settings,
    _ execution: Execution
  ) throws(AssayError) -> (verdict: Verdict, reason: Reason)? {
    guard input.special.contains(true) else { return nil }
    if case .scores(let scores) = explanation, scores.count != input.count { return nil }
    var everything = input
    everything.special = Array(repeating: false, count: input.count)
    var plain = settings
    (plain.withSpecial, plain.rationale, plain.budget) = (false, nil, nil)
    let report = try verify(
      everything, explanation: explanation, target: target, checks: .deciding, settings: plain,
      execution: execution)
    return (report.verdict, report.reason)
  }

  /// Tests one explanation by the named method with every default.
  ///
  /// - Parameter method: a registered name; when nil `attention_rollout`, or `attention` in a model
  ///   whose attention cannot be traced (an attention classifier).
  public func verify(
    _ input: Input, explanation method: String? = nil, execution: Execution = Execution()
  ) throws(AssayError) -> Report {
    let name = method ?? Methods.standard(for: card)
    return try verify(input, explanation: .method(name), execution: execution)
  }
}

extension Examination {
  /// Runs one check, or says why it cannot be made.
  fileprivate func outcome(of check: any Check) throws(AssayError) -> CheckResult {
    let missing = check.info.needs.subtracting(question.model.card.capabilities)
    guard missing.isEmpty else {
      return CheckResult(
        check.info.name, .notApplicable,
        "This could not be tested: the model lacks \(missing.names.joined(separator: " and ")).")
    }
    let before = cost
    var result = try check.run(self)
    result.cost = Cost(
      forwards: cost.forwards - before.forwards, backwards: cost.backwards - before.backwards)
    return result
  }
}

extension Question {
  /// The explanation under test, its scores in full precision, and the attention it is made of.
  fileprivate func resolve(
    _ tested: TestedExplanation
  ) throws(AssayError) -> (Explanation, [Double], AttentionScope?) {
    switch tested {
    case .method(let name, let given):
      let explanation = try explain(method: name, options: given)
      let method = try Methods.named(name)
      let options = try Options(given, for: method.info.options, subject: name)
      return (explanation, explanation.scores.map(Double.init), method.scope(self, options))
    case .scores(let given):
      let scores = try validated(given)
      return (external(scores), scores, nil)
    }
  }

  /// Scores from elsewhere, one an explained position.
  private func validated(_ given: [Double]) throws(AssayError) -> [Double] {
    guard given.count == positions.count || given.count == input.count else {
      throw AssayError(
        .shape, "explanation",
        expected: "\(positions.count) scores (explained tokens) or \(input.count) (all tokens)",
        found: "\(given.count)")
    }
    let scores = given.count == positions.count ? given : positions.map { given[$0] }
    if let index = scores.firstIndex(where: { !$0.isFinite || !Float($0).isFinite }) {
      throw AssayError(
        .numeric, "explanation: score \(index)", expected: "a finite number of float32's range",
        found: "\(scores[index])")
    }
    return scores
  }

  private func external(_ scores: [Double]) -> Explanation {
    Explanation(
      method: "external", target: target, options: [], seed: execution.seed,
      positions: positions, scores: scores.map { Float($0) }, convergenceDelta: nil,
      standardErrors: nil, sinkMass: nil, proof: [], cost: Cost(), details: [])
  }
}
