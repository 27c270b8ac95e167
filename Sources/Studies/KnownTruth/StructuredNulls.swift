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
    var rows: [Row] = []
    for (place, kind) in WrongMap.allCases.enumerated() {
      try execution.report(Double(place) / Double(WrongMap.allCases.count), kind.rawValue)
      let results = Mutex([Result<Report, AssayError>?](repeating: nil, count: draws))
      execution.parallel.forEach(draws, nanosecondsEach: 1e8) { index in
        let result = Result { () throws(AssayError) in
          let inner = Execution(seed: execution.seed &+ UInt64(index))
          var draw = inner.random("structured null.\(kind.rawValue)").draw(index)
          let input = inputs[index % inputs.count]
          let others = (1..<min(9, inputs.count)).map { inputs[(index + $0) % inputs.count] }
          let scores = try kind.scores(
            model, input, method: method, others: others, &draw, inner)
          return try model.verify(
            input, explanation: .scores(scores), checks: .deciding, settings: settings,
            execution: inner)
        }
        results.withLock { $0[index] = result }
      }
      try execution.checkCancellation()
      var reports: [Report] = []
      for result in results.withLock({ $0 }) {
        if let report = try result?.get() { reports.append(report) }
      }
      rows.append(Row(kind, reports))
    }
    self.rows = rows
    trusted = Proportion(
      rows.reduce(0) { $0 + $1.trusted.successes }, of: rows.reduce(0) { $0 + $1.trusted.trials })
  }
}

extension StructuredNulls.Row {
  init(_ kind: WrongMap, _ reports: [Report]) {
    self.kind = kind
    trusted = Proportion(reports.count { $0.verdict == .trustworthy }, of: reports.count)
    var supports: [String: Proportion] = [:]
    var attainable: [String: Double] = [:]
    for (index, check) in (reports.first?.checks ?? []).enumerated()
    where check.info.role == .primary {
      let results = reports.map { $0.checks[index].result }
      supports[check.info.name] = Proportion(
        results.count { $0.outcome == .supports }, of: results.count)
      let chances = zip(results, reports).compactMap { result, report in
        result.smallestP.map { max($0, report.thresholds.alpha) }
      }
      if !chances.isEmpty {
        attainable[check.info.name] = chances.reduce(0, +) / Double(chances.count)
      }
    }
    self.supports = supports
    self.attainable = attainable
  }
}
