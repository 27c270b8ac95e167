import Attribution
import Models
import Tensors
import Values

/// Does the map put its mass where gradients put theirs?
package struct GradientAgreement: Check {
  package let info = CheckInfo(
    name: "gradient_agreement", condition: .consistency, role: .primary,
    claim: "the map highlights the tokens that the model's gradients highlight",
    null: "the map's weights placed at random over the tokens",
    limits: "gradients are local: both can miss what a larger change would show",
    cost: "55 forward and 52 backward passes", source: "after Jain & Wallace 2019",
    needs: [.inputGradient, .classifier])

  package func estimate(_ examination: Examination) -> Cost {
    Cost(forwards: 55, backwards: 53)
  }

  package func run(_ examination: Examination) throws(AssayError) -> CheckResult {
    let references = try examination.references()
    let usable = references.filter { $0.obstacle == nil && !$0.isConstant }
    let weights = examination.highlight.weights
    guard examination.count >= 2, !usable.isEmpty, !examination.highlight.top.isEmpty else {
      return result(.inconclusive, undefinedSentence(examination, usable))
    }
    let ceiling = GradientAgreement.ceiling(usable)
    let divisor = max(ceiling ?? 1, 0.25)
    func statistic(_ placed: [Double]) -> Double {
      median(usable.compactMap { Lift.of(placed, in: $0.magnitudes).value }) / divisor
    }
    let best = usable.map { statistic(aligned(weights, with: $0.magnitudes)) }.max() ?? 0
    let null = PlacementNull(
      weights: weights, draws: examination.settings.permutations,
      source: examination.random("gradient_agreement"), best: best, statistic: statistic)

    let judge = { @Sendable [value = null.observed, p = null.pValue, least = null.smallestP] in
      GradientAgreement.judgement(value, p: p, smallestP: least, $0)
    }
    let outcome = judge(examination.thresholds).outcome
    let reached = null.observed >= examination.thresholds.supported
    var result = result(outcome, sentence(outcome, null.observed, reached: reached))
    result.judge = judge
    result.statistic = null.observed
    result.effect = null.observed
    result.pValue = null.pValue
    result.smallestP = null.smallestP
    result.null = null.summary("weights placed at random")
    result.details = [
      ("ceiling", .number(ceiling)),
      ("references", .list(references.map { detail($0, weights) })),
    ]
    return result
  }

  private static func judgement(
    _ value: Double, p: Double, smallestP: Double, _ thresholds: Thresholds
  ) -> Judgement {
    if value < thresholds.contradicted { return Judgement(.contradicts) }
    let supports = value >= thresholds.supported && p <= max(thresholds.alpha, smallestP)
    return Judgement(supports ? .supports : .inconclusive)
  }

  /// The median lift of the references among each other; nil with fewer than two.
  static func ceiling(_ references: [Reference]) -> Double? {
    let pairs = references.indices.flatMap { a in
      references.indices.filter { $0 != a }.compactMap { b in
        Lift.of(references[a].magnitudes, in: references[b].magnitudes).value
      }
    }
    return pairs.isEmpty ? nil : median(pairs)
  }

  private func detail(_ reference: Reference, _ weights: [Double]) -> Value {
    .record([
      ("name", .text(reference.name)),
      ("lift", .number(Lift.of(weights, in: reference.magnitudes).value)),
      ("dropped", .text(reference.obstacle ?? "")),
      ("scores", .numbers(reference.magnitudes)),
    ])
  }

  private func undefinedSentence(_ examination: Examination, _ usable: [Reference]) -> String {
    if examination.count < 2 { return "One token alone cannot agree or disagree with anything." }
    if usable.isEmpty {
      return "No gradient reference could be used: each was constant or numerically unsound."
    }
    return "The map gives no token a positive weight, so there is nothing to compare."
  }

  private func sentence(_ outcome: Outcome, _ value: Double, reached: Bool) -> String {
    let share = decimal(value)
    switch outcome {
    case .supports:
      return
        "The map puts its weight where the gradients do (agreement \(share); 0 is chance, 1 the best "
        + "that gradient methods reach among themselves)."
    case .contradicts:
      return "The map agrees with the gradients no better than chance (agreement \(share))."
    case .inconclusive, .notApplicable:
      return reached
        ? "The map agrees with the gradients (agreement \(share)), but so few tokens could do that by luck."
        : "The map agrees with the gradients in part (agreement \(share))."
    }
  }
}

extension Reference {
  var isConstant: Bool { magnitudes.allSatisfy { $0 == magnitudes.first } }
}

/// The weights placed so that larger ones stand where `reference` is larger.
func aligned(_ weights: [Double], with reference: [Double]) -> [Double] {
  let order = reference.indices.sorted { reference[$0] > reference[$1] }
  var result = weights
  for (place, weight) in zip(order, weights.sorted(by: >)) { result[place] = weight }
  return result
}
