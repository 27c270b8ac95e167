import Attribution
import Evidence
import Models
import Synchronization
import Tensors

/// How often evidence supports maps that are wrong by construction, on a model of any kind.
package struct StructuredNulls: Sendable {
  /// What one kind of wrong map came to.
  package struct Row: Sendable {
    package let kind: WrongMap
    package let trusted: Proportion
    /// How often each deciding check supports, by name.
    package let supports: [String: Proportion]
    /// How often each deciding check would support by chance alone, given what the lengths and
    /// shapes of these maps can attain: the mean of max(alpha, smallest p).
    package let attainable: [String: Double]
  }

  package let rows: [Row]
  package let trusted: Proportion

  /// Runs the verdict on `draws` wrong maps of each kind.
  ///
  /// - Parameters:
  ///   - inputs: at least two texts; draw i tests the map on text i.
  /// - Throws: `input` with fewer than two texts, and what `verify` throws.
  package init(
    _ model: Model, _ inputs: [Input], method: String, draws: Int, settings: Settings = Settings(),
    execution: Execution
  ) throws(AssayError) {
    guard inputs.count >= 2 else {
      throw AssayError(.input, "texts", expected: "at least two", found: "\(inputs.count)")
    }
    try self.init(method: method, draws: draws, settings: settings, execution: execution) { index in
      let others = (1..<min(9, inputs.count)).map { inputs[(index + $0) % inputs.count] }
      return Subject(model: model, input: inputs[index % inputs.count], others: others)
    }
  }

  /// What one draw is about.
  private struct Subject {
    let model: Model
    let input: Input
    let others: [Input]
  }

  private init(
    method: String, draws: Int, settings: Settings, execution: Execution,
    subject: @escaping @Sendable (Int) throws(AssayError) -> Subject
  ) throws(AssayError) {
    let kinds = WrongMap.allCases
    let results = Mutex([Result<[Finding], AssayError>?](repeating: nil, count: draws))
    // In portions, so that the calling thread can say how far it is between them.
    let deciding = try Checks.selected(.deciding)
    let portion = 16 * execution.parallel.threads
    for start in stride(from: 0, to: draws, by: portion) {
      try execution.report(Double(start) / Double(draws), "wrong maps")
      execution.parallel.forEach(min(portion, draws - start), nanosecondsEach: 1e8) { offset in
        let index = start + offset
        let result = Result { () throws(AssayError) in
          let inner = Execution(seed: execution.seed &+ UInt64(truncatingIfNeeded: index))
            .watched(by: execution.parallel.poll)
          let subject = try subject(index)
          let shared = SharedEvidence()
          let question = try Question.judged(
            subject.model, subject.input, target: nil, execution: inner)
          var findings: [Finding] = []
          for kind in kinds {
            var draw = inner.random("structured null.\(kind.rawValue)").draw(index)
            let scores = try kind.scores(
              subject.model, subject.input, method: method, others: subject.others, &draw, inner)
            findings.append(
              Finding(
                try subject.model.judge(
                  question, explanation: .scores(scores), checks: deciding,
                  settings: settings, sharing: shared
                ).report))
          }
          return findings
        }
        results.withLock { $0[index] = result }
      }
    }
    try execution.checkCancellation()
    var draws: [[Finding]] = []
    for result in results.withLock({ $0 }) {
      if let findings = try result?.get() { draws.append(findings) }
    }
    rows = kinds.enumerated().map { place, kind in Row(kind, draws.map { $0[place] }) }
    trusted = Proportion(
      rows.reduce(0) { $0 + $1.trusted.successes }, of: rows.reduce(0) { $0 + $1.trusted.trials })
  }
}

/// What counts of one report.
private struct Finding {
  let verdict: Verdict
  /// By name, what each deciding check came to and what chance alone reaches.
  let checks: [(name: String, outcome: Outcome, chance: Double?)]

  init(_ report: Report) {
    verdict = report.verdict
    let alpha = report.thresholds.alpha
    checks = report.checks.filter { $0.info.role == .primary }.map { info, result in
      (info.name, result.outcome, result.smallestP.map { max($0, alpha) })
    }
  }
}

extension StructuredNulls {
  /// The same on models that have learned nothing: every draw has a model of random weights and
  /// random texts of its own.
  package init(
    untrained draws: Int, _ architecture: UntrainedArchitecture = .encoder,
    settings: Settings = Settings(), execution: Execution
  ) throws(AssayError) {
    let source = execution.random(architecture.stream)
    try self.init(
      method: architecture.method, draws: draws, settings: settings, execution: execution
    ) { (index) throws(AssayError) in
      var draw = source.draw(index)
      let model = try architecture.model(&draw)
      let texts = (0..<9).map { _ in architecture.text(&draw) }
      return Subject(model: model, input: texts[0], others: Array(texts.dropFirst()))
    }
  }
}

extension StructuredNulls.Row {
  fileprivate init(_ kind: WrongMap, _ findings: [Finding]) {
    self.kind = kind
    trusted = Proportion(findings.count { $0.verdict == .trustworthy }, of: findings.count)
    var supports: [String: Proportion] = [:]
    var attainable: [String: Double] = [:]
    for (index, check) in (findings.first?.checks ?? []).enumerated() {
      let results = findings.map { $0.checks[index] }
      supports[check.name] = Proportion(
        results.count { $0.outcome == .supports }, of: results.count)
      let chances = results.compactMap(\.chance)
      if !chances.isEmpty {
        attainable[check.name] = chances.reduce(0, +) / Double(chances.count)
      }
    }
    self.supports = supports
    self.attainable = attainable
  }
}
