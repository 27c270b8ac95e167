import Attribution
import Models
import Tensors

/// How many of the top tokens must go before another label is predicted?
package struct DecisionFlip: Check {
  package let info = CheckInfo(
    name: "decision_flip", condition: .causalRelevance, role: .supporting,
    claim: "the predicted label falls when the tokens ranked highest go",
    null: "random rankings of the tokens",
    limits: "a prediction without evidence may keep its label by the model's default",
    cost: "at most n × 21 forward passes", source: "Serrano & Smith 2019; Nguyen 2018",
    isDefault: false, needs: [.classifier])

  /// Random rankings that the number of removed tokens is compared with.
  static let rankings = 20

  package func estimate(_ examination: Examination) -> Cost {
    guard let how = examination.operators.first else { return Cost() }
    let sweeps = examination.count * (1 + DecisionFlip.rankings)
    return Cost(forwards: sweeps * examination.draws(how))
  }

  package func run(_ examination: Examination) throws(AssayError) -> CheckResult {
    guard let how = examination.operators.first, examination.count >= 2 else {
      return result(.notApplicable, "There are too few tokens to rank and remove.")
    }
    let source = examination.random("decision_flip")
    var rankings = [examination.highlight.order]
    for index in 0..<DecisionFlip.rankings {
      var draw = source.draw(index)
      rankings.append(draw.permutation(examination.count))
    }
    let needed = try tokensToFlip(rankings, examination, how)
    let never = examination.count + 1
    let others = needed.dropFirst().map { Double($0 ?? never) }
    var result: CheckResult
    if let own = needed[0] {
      result = self.result(
        Double(own) < median(others) ? .supports : .inconclusive,
        "The label changes when the top \(own) of \(examination.count) tokens are gone; in random "
          + "order it takes \(decimal(median(others))) (more than all: never).")
      result.statistic = Double(own)
      result.effect = Double(own) / Double(examination.count)
    } else {
      result = self.result(.inconclusive, "The label never changes, whatever is removed.")
    }
    result.null = NullSummary(name: "random rankings", values: others)
    result.details = [
      ("operator", .text(how.rawValue)),
      ("tokens_to_flip", needed[0].map { .integer($0) } ?? .text("never flips")),
      ("random_never", .integer(needed.dropFirst().count { $0 == nil })),
    ]
    return result
  }

  /// The smallest number of top tokens whose removal flips the label, or nil if none does, for
  /// each ranking.
  private func tokensToFlip(
    _ rankings: [[Int]], _ examination: Examination, _ how: RemovalOperator
  ) throws(AssayError) -> [Int?] {
    var found = [Int?](repeating: nil, count: rankings.count)
    // Deleting every explained token of a text without special tokens would leave nothing.
    let most = examination.count - (examination.count == examination.question.input.count ? 1 : 0)
    for size in stride(from: 1, through: most, by: 1) {
      let open = rankings.indices.filter { found[$0] == nil }
      if open.isEmpty { break }
      let sets = open.map { rankings[$0].prefix(size).sorted() }
      let effects = try examination.effects(of: sets, by: how)
      for (ranking, set) in zip(open, sets) where effects[set]?.flips == true {
        found[ranking] = size
      }
    }
    return found
  }
}
