import Attribution
import Models
import Tensors
import Values

/// Does the map agree with what a person marked as the reason?
package struct Plausibility: Check {
  package let info = CheckInfo(
    name: "plausibility", condition: nil, role: .descriptive,
    claim: "the map names the tokens that a person would name",
    null: "none: a deterministic agreement",
    limits: "a map can please people and be untrue of the model; it never enters the verdict",
    cost: "none", source: "DeYoung et al. 2020 (ERASER)",
    options: [
      OptionSpec(
        "rationale", .integers(0...1), default: .null,
        "a person's reasons: 1 for a token that is one, for each explained token or each token")
    ])

  package func estimate(_ examination: Examination) -> Cost { Cost() }

  package func run(
    _ examination: Examination
  ) throws(AssayError) -> Examined<PlausibilityFinding> {
    guard let marked = try rationale(examination) else {
      return .notApplicable("No human rationale was given.")
    }
    let count = marked.count { $0 }
    guard count > 0, count < marked.count else {
      return .notApplicable("The rationale marks no token, or all of them.")
    }
    let top = examination.highlight.top
    guard
      let found = PlausibilityScores(
        scores: examination.scores, highlighted: top, marked: marked)
    else { return .notApplicable("The rationale marks no token, or all of them.") }
    return .found(
      PlausibilityFinding(
        marked: count, highlighted: top.count, hits: top.count { marked[$0] }, scores: found))
  }

  /// Which units a person marked: those with a marked token; nil when nobody was asked.
  /// - Throws: `shape` for marks of another number.
  func rationale(_ examination: Examination) throws(AssayError) -> [Bool]? {
    guard let given = try examination.options(of: self).optionalIntegers("rationale") else {
      return nil
    }
    let (explained, all) = (examination.question.positions, examination.question.input.count)
    guard given.count == explained.count || given.count == all else {
      throw AssayError(
        .shape, "rationale",
        expected: "\(explained.count) marks (explained tokens) or \(all) (all tokens)",
        found: "\(given.count)")
    }
    let marked =
      given.count == explained.count
      ? Set(zip(explained, given).filter { $1 == 1 }.map(\.0))
      : Set(explained.filter { given[$0] == 1 })
    return examination.units.positions.map { $0.contains(where: marked.contains) }
  }
}

/// How the map agrees with what a person marked.
package struct PlausibilityFinding: Finding {
  package let marked: Int
  package let highlighted: Int
  package let hits: Int
  package let scores: PlausibilityScores

  package func outcome(_ thresholds: Thresholds) -> Outcome { .inconclusive }
  package func statistic(_ thresholds: Thresholds) -> Double? { scores.auprc }
  package var effect: Double? { scores.auprc }

  package func sentence(_ thresholds: Thresholds) -> String {
    "\(hits) of the \(highlighted) highlighted tokens are among the \(marked) that a person marked; "
      + "this says whether the map pleases, not whether it is true."
  }

  package func details(_ examination: Examination) -> [(name: String, value: Value)] {
    [
      ("auprc", .number(scores.auprc)), ("token_f1", .number(scores.tokenF1)),
      ("iou_f1", .number(scores.spanF1)), ("marked", .integer(marked)),
    ]
  }
}
