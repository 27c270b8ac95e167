import Attribution
import Models
import Tensors
import Values

/// What is put to the test.
public enum TestedExplanation: Sendable {
  /// A registered method with its options.
  case method(String, options: [String: Value] = [:])
  /// Scores from anywhere: one a unit, an explained position, or a token.
  case scores([Double])
}

extension Model {
  /// Tests one explanation of one prediction and gives a reasoned verdict.
  ///
  /// - Parameters:
  ///   - explanation: a method's name, or scores from elsewhere.
  ///   - target: the scalar explained; the predicted label when nil, against its strongest rival where
  ///     there are more labels than ten.
  ///   - checks: which checks run; the primary ones always do.
  ///   - settings: thresholds and draws.
  /// - Throws: `input` for tokens that do not fit, `option` for an unknown name or value, `shape`
  ///   for scores of another length, `numeric` for scores that are not finite, `unsupported`,
  ///   `cancelled`.
  package func verify(
    _ input: Input, explanation: TestedExplanation, target: Target? = nil,
    checks: Checks.Selection = .standard, settings: Settings = Settings(), execution: Execution
  ) throws(AssayError) -> Report {
    let selected = try Checks.selected(checks)
    let question = try Question.judged(self, input, target: target, execution: execution)
    return try judge(
      question, explanation: explanation, asked: target, checks: selected, settings: settings,
      sharing: SharedEvidence(), spent: Cost(forwards: 1)
    ).report
  }

  /// Tests one of several explanations of one prediction, on what the others have computed.
  ///
  /// - Parameters:
  ///   - asked: the target as it was asked for.
  ///   - shared: what verdicts on other explanations of the same question have computed.
  ///   - spent: the passes that the question has taken, where they count for this verdict.
  /// - Returns: the report, and the examination that it rests on.
  package func judge(
    _ question: Question, explanation: TestedExplanation, asked target: Target? = nil,
    checks selected: [any Check], settings: Settings, sharing shared: SharedEvidence,
    spent: Cost = Cost()
  ) throws(AssayError) -> (report: Report, examination: Examination) {
    let units = try Units(settings.granularity, question, spans: settings.spans)
    try settings.validate(for: question)
    let (tested, scores, scope, made) = try question.resolve(explanation, units, shared)
    func examination(_ settings: Settings) -> Examination {
      Examination(
        question, explanation: tested, scores: scores, units: units, scope: scope,
        settings: settings, sharing: shared)
    }
    var subject = examination(settings)
    var spent = spent + made
    var settings = settings
    if let seconds = settings.budgetSeconds {
      let pace = try Pace(subject)
      spent = spent + pace.cost
      let passes = spent.forwardEquivalents + pace.passes(in: seconds)
      settings.budget = min(settings.budget ?? .max, passes)
    }
    if let budget = settings.budget {
      subject = examination(try subject.fitted(selected, to: budget, spent: spent))
    }
    subject.spend(spent)
    let estimate = subject.cost + (try subject.estimate(selected))
    let results = try subject.results(of: selected, estimate)
    var report = try Report(subject, results: results, asked: settings, estimate: estimate)
    if settings.withSpecial {
      report.withSpecial = try verdictWithSpecial(
        question.input, explanation, target: target, settings, question.execution)
    }
    return (report, subject)
  }

  /// The verdict with special tokens explained like any other, from the deciding checks alone; nil
  /// where no token is special or the scores leave the special ones out.
  private func verdictWithSpecial(
    _ input: Input, _ explanation: TestedExplanation, target: Target?, _ settings: Settings,
    _ execution: Execution
  ) throws(AssayError) -> (verdict: Verdict, reason: Reason)? {
    guard input.special.contains(true), settings.granularity == .token else { return nil }
    if case .scores(let scores) = explanation, scores.count != input.count { return nil }
    var everything = input
    everything.special = Array(repeating: false, count: input.count)
    var plain = settings
    (plain.withSpecial, plain.budget, plain.budgetSeconds) = (false, nil, nil)
    plain.checkOptions["rationale"] = nil
    let report = try verify(
      everything, explanation: explanation, target: target, checks: .deciding, settings: plain,
      execution: execution)
    return (report.verdict, report.reason)
  }
}

extension Examination {
  /// Runs the checks in turn.
  fileprivate func results(
    of checks: [any Check], _ estimate: Cost
  ) throws(AssayError) -> [(info: CheckInfo, result: CheckResult)] {
    let announced = "at most \(estimate.forwardEquivalents) forward passes in all"
    try question.execution.report(0, announced)
    var results: [(info: CheckInfo, result: CheckResult)] = []
    for (index, check) in checks.enumerated() {
      try question.execution.report(
        Double(index) / Double(checks.count), "\(announced): \(check.info.name)")
      results.append((check.info, try check.result(self)))
    }
    return results
  }
}

extension Report {
  /// Judges what the checks found.
  fileprivate init(
    _ examination: Examination, results: [(info: CheckInfo, result: CheckResult)],
    asked: Settings, estimate: Cost
  ) throws(AssayError) {
    let thresholds = examination.thresholds
    let question = examination.question
    let shape = MapShape(examination, sinkMass: try examination.sinkMass())
    let rule = VerdictRule(shape: shape, thresholds: thresholds, results: results)
    let conditions = rule.conditions
    let findings = Findings(results.compactMap(\.result.finding))
    let testability = findings.of(RemovalFinding.self).map {
      Testability(examination: examination, removal: $0)
    }
    let verdict = rule.verdict(conditions)
    let reason = try rule.reason(verdict, conditions) { () throws(AssayError) in
      try testability?.isTestable() ?? true
    }
    let rivals = findings.of(RedirectFinding.self)?.rivals(examination)
    let repaired = try testability?.repaired()
    let kind = ModelKind(question.model.card, count: question.positions.count)
    let sentences = VerdictSentences(
      rule: rule, verdict: verdict, reason: reason, conditions: conditions, rivals: rivals,
      cutsTies: examination.highlight.cutsTies, kind: kind
    ).all
    let shortfall = examination.settings.shortfall(from: asked)
    let depth = examination.settings.oracle
    var attainable = testability
    if attainable == nil, depth == .full { attainable = try .aside(from: examination) }
    let oracle = try attainable?.oracle(depth)
    let isTestable =
      depth == .full
      ? try attainable?.isTestable() ?? false || oracle?.passesRemoval ?? false : nil
    self.init(
      verdict: verdict, reason: reason, ladder: rule.ladder(conditions),
      strength: rule.strength(conditions), weakestLink: rule.weakestLink(conditions),
      sentences: sentences + (shortfall.map { [$0] } ?? []), agreeingKinds: rule.kinds.agreeing,
      conditions: conditions, checks: results, explanation: examination.explanation,
      granularity: examination.units.granularity, units: examination.units.positions,
      baseline: try examination.references().first?.explanation,
      highlighted: examination.positions(examination.highlight.top).sorted(), rivals: rivals,
      repaired: repaired,
      oracle: oracle, isTestable: isTestable,
      kind: kind, shape: shape, prediction: question.prediction, thresholds: thresholds,
      seed: question.execution.seed, estimate: estimate, cost: examination.cost,
      withSpecial: nil)
  }
}

extension Question {
  /// The question of a verdict: about the predicted label unless another is asked for, against its
  /// strongest rival where there are more labels than ten.
  package static func judged(
    _ model: Model, _ input: Input, target: Target?, execution: Execution
  ) throws(AssayError) -> Question {
    let question = try Question(model, input, target: target, execution: execution)
    return try Question(
      question,
      target: EffectUnit.target(target, model.card, logits: question.prediction.logits(0)))
  }

  /// The explanation under test, its scores in full precision, the attention it is made of, and what
  /// it took to make it.
  func resolve(
    _ tested: TestedExplanation, _ units: Units, _ shared: SharedEvidence
  ) throws(AssayError) -> (Explanation, [Double], AttentionScope?, Cost) {
    switch tested {
    case .method(let name, let given):
      let (explanation, cost) = try shared.explanation(of: self, by: name, given)
      let method = try Methods.named(name)
      let options = try Options(given, for: method.info.options, subject: name)
      return (explanation, explanation.scores.map(Double.init), method.scope(self, options), cost)
    case .scores(let given):
      let scores = try validated(given, units)
      return (external(scores, units), scores, nil, Cost())
    }
  }

  /// Scores from elsewhere, one a unit or an explained position.
  private func validated(_ given: [Double], _ units: Units) throws(AssayError) -> [Double] {
    let counts = [units.count, positions.count, input.count]
    guard counts.contains(given.count) else {
      let perUnit =
        units.granularity == .token
        ? "" : "\(units.count) scores (\(units.granularity.rawValue)s), "
      throw AssayError(
        .shape, "explanation",
        expected: perUnit
          + "\(positions.count) scores (explained tokens) or \(input.count) (all tokens)",
        found: "\(given.count)")
    }
    let isWhole = given.count != units.count && given.count != positions.count
    let scores = isWhole ? positions.map { given[$0] } : given
    if let index = scores.firstIndex(where: { !$0.isFinite || !Float($0).isFinite }) {
      throw AssayError(
        .numeric, "explanation: score \(index)", expected: "a finite number of float32's range",
        found: "\(scores[index])")
    }
    return scores
  }

  /// The given scores as an explanation; a unit's score is shared by its tokens in equal parts.
  func external(_ scores: [Double], _ units: Units) -> Explanation {
    var perPosition = scores
    if scores.count != positions.count {
      var share: [Int: Double] = [:]
      for (members, score) in zip(units.positions, scores) {
        for position in members { share[position] = score / Double(members.count) }
      }
      perPosition = positions.map { share[$0] ?? 0 }
    }
    return Explanation(
      method: Explanation.external, target: target, options: [], seed: execution.seed,
      positions: positions, scores: perPosition.map { Float($0) }, convergenceDelta: nil,
      standardErrors: nil, sinkMass: nil, attention: nil, proof: [], cost: Cost(), details: [])
  }
}
