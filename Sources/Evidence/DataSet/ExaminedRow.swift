import Attribution
import Models
import Tensors
import Values

/// Everything that an audit stores of one row.
package struct ExaminedRow: Sendable {
  package let report: Report
  /// The tested map and those it is judged beside.
  package let judged: [JudgedMap]
  /// The predicted label; nil for a quantity.
  package let predicted: Int?
  /// The predicted label's probability; nil for a quantity.
  package let confidence: Double?
  /// Whether the prediction is the right one; nil where nobody said which is.
  package let correct: Bool?
  package let agreement: MethodAgreement
  /// nil where no token is highlighted, none may go, or no sets were asked for.
  package let removal: RowRemoval?
  /// nil where nothing was marked.
  package let plausibility: PlausibilityScores?
  /// The deletion curves of the checks that draw one.
  package let curves: [(check: String, curve: DeletionCurve)]
  /// All passes of the row, what several maps share counted once.
  package let cost: Cost
}

extension Model {
  /// Examines rows, each by itself: what a row comes to depends on no other row, nor on threads.
  ///
  /// - Returns: for every row what was found, or why it could not be examined.
  /// - Throws: `cancelled`, and what the questions themselves are wrong about: `option`,
  ///   `unsupported`.
  package func examine(
    _ rows: [DataSetRow], _ questions: RowQuestions, execution: Execution
  ) throws(AssayError) -> [Result<ExaminedRow, AssayError>] {
    try questions.validate(for: self)
    let pieces = rows.indices.map { $0..<$0 + 1 }
    return try inPieces(pieces, execution, "examining") { piece, execution throws(AssayError) in
      do throws(AssayError) {
        return .success(try examined(rows[piece.lowerBound], questions, execution))
      } catch {
        // A fault of the engine's own must not look like a row's.
        if error.kind == .cancelled || error.kind == .internal { throw error }
        return .failure(error)
      }
    }
  }

  private func examined(
    _ row: DataSetRow, _ questions: RowQuestions, _ execution: Execution
  ) throws(AssayError) -> ExaminedRow {
    var execution = execution
    execution.seed = row.seed
    execution.progress = nil
    var settings = questions.settings
    if let rationale = row.rationale {
      settings.checkOptions["rationale"] = .list(rationale.map { .integer($0 ? 1 : 0) })
    }
    let question = try Question.judged(
      self, row.input, target: questions.target, execution: execution)
    if let wrong = question.prediction.probabilities[0].first(where: { !$0.isFinite }) {
      throw AssayError(
        .numeric, "probabilities", expected: "finite numbers", found: "\(wrong)")
    }
    let shared = SharedEvidence()
    let tested =
      row.scores.map(TestedExplanation.scores)
      ?? .method(questions.method, options: questions.options)
    let (report, examination) = try judge(
      question, explanation: tested, asked: questions.target,
      checks: try Checks.selected(questions.checks), settings: settings, sharing: shared,
      spent: Cost(forwards: 1))
    let name = row.scores == nil ? questions.method : RowQuestions.external
    var judged = [try JudgedMap(name, report, examination)]
    let agreement = try MethodAgreement(examination, questions.methods)
    var cost = examination.cost
    settings.withSpecial = false
    for name in questions.versus {
      let other = try judge(
        question, explanation: .method(name), checks: try Checks.selected(.deciding),
        settings: settings, sharing: shared)
      judged.append(try JudgedMap(name, other.report, other.examination))
      cost = cost + other.examination.cost
    }
    let predicted = card.predictedLabel(question.prediction.probabilities[0])
    let marked = row.rationale == nil ? nil : try Plausibility().rationale(examination)
    let removal = try RowRemoval(
      question, highlighted: report.highlighted, label: row.label, sets: questions.randomSets)
    if removal != nil { cost.forwards += 1 + questions.randomSets }
    return ExaminedRow(
      report: report, judged: judged, predicted: predicted?.label,
      confidence: predicted?.probability,
      correct: row.label.flatMap { right in predicted.map { $0.label == right } },
      agreement: agreement, removal: removal,
      plausibility: marked.flatMap {
        PlausibilityScores(
          scores: examination.scores, highlighted: examination.highlight.top, marked: $0)
      },
      curves: report.checks.compactMap { check in
        DeletionCurve(check.result.finding, count: examination.count).map { (check.info.name, $0) }
      }, cost: cost)
  }
}

extension ModelCard {
  /// The label of a row of probabilities and its probability; nil for a quantity. One score alone is
  /// the probability of the second of two labels, whose side of ½ decides.
  package func predictedLabel(_ row: [Double]) -> (label: Int, probability: Double)? {
    guard problem != .regression, let first = row.first else { return nil }
    if row.count == 1 { return first >= 0.5 ? (1, first) : (0, 1 - first) }
    guard let label = row.indices.max(by: { row[$0] < row[$1] }) else { return nil }
    return (label, row[label])
  }
}
