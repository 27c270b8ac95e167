extension Report {
  /// What the same measurements come to under other thresholds; nothing is measured again.
  package func reconsidered(under thresholds: Thresholds) -> (verdict: Verdict, reason: Reason) {
    let judged = checks.map { check in
      var result = check.result
      if let judge = result.judge { result.outcome = judge(thresholds).outcome }
      return (info: check.info, result: result)
    }
    let rule = VerdictRule(shape: shape, thresholds: thresholds, results: judged)
    let conditions = Condition.allCases.map(rule.condition)
    let verdict = rule.verdict(conditions)
    return (verdict, rule.reason(verdict, conditions))
  }
}
