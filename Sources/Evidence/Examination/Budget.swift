import Attribution
import Tensors

extension Cost {
  /// The passes as forward passes; a backward pass takes about as long as two.
  package var forwardEquivalents: Int { forwards + 2 * backwards }
}

extension Examination {
  /// What the checks take at most, in the order in which they run.
  func estimate(_ checks: [any Check]) throws(AssayError) -> Cost {
    // The gradient references serve as the baseline too, whichever checks run.
    var total = Cost()
    for check in checks where check.info.needs.isSubset(of: question.model.card.capabilities) {
      total = total + (try check.estimate(self))
    }
    return total
  }

  /// Settings with which the checks stay within the budget: random sets, shuffles and replacements are
  /// drawn less often, all by the same factor, and everything else is as asked.
  ///
  /// - Parameter spent: what the explanation has cost already.
  /// - Throws: `option` when the budget is too small for the least of draws.
  func fitted(
    _ checks: [any Check], to budget: Int, spent: Cost
  ) throws(AssayError) -> Settings {
    func trial(_ factor: Double) throws(AssayError) -> (settings: Settings, cost: Int) {
      let thinned = settings.thinned(by: factor)
      let examination = Examination(
        question, explanation: explanation, scores: scores, units: units, scope: scope,
        settings: thinned)
      return (thinned, (spent + (try examination.estimate(checks))).forwardEquivalents)
    }
    let least = try trial(0)
    guard least.cost <= budget else {
      throw AssayError(
        .option, "budget", expected: "at least \(least.cost) forward passes for these checks",
        found: settings.budgetSeconds.map {
          "\(decimal($0)) seconds, in which there is time for \(budget)"
        } ?? "\(budget)")
    }
    let whole = try trial(1)
    if whole.cost <= budget { return whole.settings }
    var (low, high) = (0.0, 1.0)
    for _ in 0..<20 {
      let middle = (low + high) / 2
      if try trial(middle).cost <= budget { low = middle } else { high = middle }
    }
    return try trial(low).settings
  }
}

extension Settings {
  /// The fewest draws that still make a distribution.
  private static let fewest = 19

  /// A number of draws as far as the budget allows.
  func thinned(_ draws: Int) -> Int {
    max(min(draws, Settings.fewest), Int(saturating: thinning * Double(draws)))
  }

  func thinned(by factor: Double) -> Settings {
    var settings = self
    settings.thinning = factor
    settings.draws.means = settings.thinned(draws.means)
    settings.draws.most = settings.thinned(draws.most)
    settings.draws.supporting = settings.thinned(draws.supporting)
    settings.draws.ranking = max(
      min(draws.ranking, 4), Int(saturating: factor * Double(draws.ranking)))
    // Averaged over rather than compared with: one is enough to go on.
    settings.replacements = max(1, Int(saturating: factor * Double(replacements)))
    return settings
  }

  /// What a budget took away, in a sentence; nil when it took nothing.
  func shortfall(from asked: Settings) -> String? {
    let changes = [
      ("random sets", draws.means, asked.draws.means),
      ("sets for a p-value", draws.most, asked.draws.most),
      ("replacements", replacements, asked.replacements),
    ].filter { $0.1 != $0.2 }
    guard let budget = asked.budget, !changes.isEmpty else { return nil }
    let time = asked.budgetSeconds.map { ", which here take about \(decimal($0)) seconds," } ?? ""
    let again =
      asked.budgetSeconds == nil
      ? ""
      : " How many passes a time allows differs from run to run, so the same time need not give the "
        + "same numbers; a budget of \(budget) does."
    return "To stay within \(budget) passes\(time) there were "
      + changes.map { "\($0.1) \($0.0) instead of \($0.2)" }.joined(separator: ", ")
      + ": chance is known less exactly." + again
  }
}
