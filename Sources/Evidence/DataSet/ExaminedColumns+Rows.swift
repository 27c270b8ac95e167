import Tensors

extension ExaminedColumns {
  /// The columns of examined rows, in their order.
  ///
  /// - Parameters:
  ///   - rows: with the number of each in the data.
  ///   - questions: what was asked of all of them.
  /// - Throws: `option` for a check that does not exist.
  package init(
    _ rows: [(number: Int, row: ExaminedRow)], _ questions: RowQuestions
  ) throws(AssayError) {
    self.init()
    let found = rows.map(\.row)
    self.rows = rows.map(\.number)
    verdicts = found.map(\.report.verdict.rawValue)
    reasons = found.map(\.report.reason.rawValue)
    ladders = found.map(\.report.ladder)
    conditions = Condition.allCases.indices.map { place in
      found.map { $0.judged.first?.own.outcomes[place].rawValue }
    }
    checks = try Checks.selected(questions.checks).enumerated().map { place, check in
      CheckColumns(
        name: check.info.name,
        outcomes: found.map { $0.report.checks[place].result.outcome.rawValue },
        statistics: found.map { Self.finite($0.report.checks[place].result.statistic) })
    }
    judged = ([questions.method] + questions.versus).enumerated().map { place, name in
      (name, found.map { $0.judged[place] })
    }
    confidences = found.map(\.confidence)
    correct = found.map(\.correct)
    removedSame = found.map { $0.removal?.same }
    randomSame = found.map { Self.finite($0.removal?.randomSame) }
    removedCorrect = found.map { $0.removal?.correct }
    randomCorrect = found.map { Self.finite($0.removal?.randomCorrect) }
    plausibility = [
      ("auprc", found.map { Self.finite($0.plausibility?.auprc) }),
      ("token_f1", found.map { Self.finite($0.plausibility?.tokenF1) }),
      ("iou_f1", found.map { Self.finite($0.plausibility?.spanF1) }),
    ]
    methods = questions.methods
    kendall = found.map { $0.agreement.kendall.map(Self.finite) }
    lift = found.map { $0.agreement.lift.map(Self.finite) }
    liftVariance = found.map { $0.agreement.variance.map(Self.finite) }
    let drawn = found.flatMap { $0.curves.map(\.check) }
    curves = drawn.enumerated().filter { drawn.firstIndex(of: $1) == $0 }.map { _, check in
      (check, found.map { row in row.curves.first { $0.check == check }?.curve })
    }
  }

  /// The number; nil for none and for one that is not finite.
  private static func finite(_ number: Double?) -> Double? {
    number.flatMap { $0.isFinite ? $0 : nil }
  }
}
