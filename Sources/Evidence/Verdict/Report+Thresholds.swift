import Tensors

extension Report {
  /// What the same measurements come to under other thresholds; nothing is measured again, so that
  /// p-values are those that were read for the thresholds asked for.
  package func reconsidered(under thresholds: Thresholds) -> Verdict {
    let rule = VerdictRule(shape: shape, thresholds: thresholds, results: checks)
    return rule.verdict(rule.conditions)
  }
}
