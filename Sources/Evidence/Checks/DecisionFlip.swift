import Attribution
import Models
import Tensors
import Values

/// How many of the top tokens must go before another label is predicted?
package struct DecisionFlip: Check {
  package let info = CheckInfo(
    name: "decision_flip", condition: .causalRelevance, role: .supporting,
    claim: "the predicted label falls when the tokens ranked highest go",
    null: "random sets of as many tokens",
    limits: "a prediction without evidence may keep its label by the model's default",
    cost: "at most n × 20 forward passes", source: "Serrano & Smith 2019; Nguyen 2018",
    isDefault: false, needs: [.classifier])

  package func estimate(_ examination: Examination) -> Cost {
    guard let how = examination.operators.first else { return Cost() }
    let each = examination.count * (1 + examination.settings.draws.supporting)
    return Cost(forwards: each * examination.draws(how))
  }

  package func run(_ examination: Examination) throws(AssayError) -> Examined<FlipFinding> {
    guard let how = examination.operators.first, examination.count >= 2 else {
      return .notApplicable("There are too few tokens to rank and remove.")
    }
    // Deleting every explained token of a text without special tokens would leave nothing.
    let leavesNone = examination.question.positions.count == examination.question.input.count
    let most = examination.count - (leavesNone ? 1 : 0)
    let others = examination.settings.draws.supporting
    // The tested ranking, then one sequence of random sets a draw.
    var needed = [Int?](repeating: nil, count: 1 + others)
    for size in stride(from: 1, through: most, by: 1) {
      let open = needed.indices.filter { needed[$0] == nil }
      if open.isEmpty { break }
      let random = examination.stream(size).sets
      let sets = open.map { index in
        index == 0
          ? examination.highlight.order.prefix(size).sorted() : random[(index - 1) % random.count]
      }
      for (index, effect) in zip(open, try examination.effects(of: sets, by: how))
      where effect.flips {
        needed[index] = size
      }
    }
    return .found(
      FlipFinding(
        how: how, count: examination.count, own: needed[0], random: Array(needed.dropFirst())))
  }
}

/// How many units had to go until the label changed; nil where it never did.
package struct FlipFinding: Finding {
  package let how: RemovalOperator
  package let count: Int
  package let own: Int?
  package let random: [Int?]

  /// Never counts as one more than there are.
  private var numbers: [Double] { random.map { Double($0 ?? count + 1) } }

  package func outcome(_ thresholds: Thresholds) -> Outcome {
    own.map { Double($0) < median(numbers) } ?? false ? .supports : .inconclusive
  }

  package func statistic(_ thresholds: Thresholds) -> Double? { own.map(Double.init) }
  package var effect: Double? { own.map { Double($0) / Double(count) } }
  package var null: NullSummary? { NullSummary(name: "random sets", values: numbers) }

  package func sentence(_ thresholds: Thresholds) -> String {
    guard let own else { return "The label never changes, whatever is removed." }
    return "The label changes when the top \(own) of \(count) tokens are gone; at random it takes "
      + "\(decimal(median(numbers))) (more than all: never)."
  }

  package func details(_ examination: Examination) -> [(name: String, value: Value)] {
    [
      ("operator", .text(how.rawValue)),
      ("tokens_to_flip", own.map { .integer($0) } ?? .text("never flips")),
      ("random_never", .integer(random.count { $0 == nil })),
    ]
  }
}
