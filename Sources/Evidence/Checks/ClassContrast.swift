import Attribution
import Models
import Tensors
import Values

/// Does the explanation change with the label that is explained?
package struct ClassContrast: Check {
  package let info = CheckInfo(
    name: "class_contrast", condition: nil, role: .descriptive,
    claim: "the explanation tells why this label and not another",
    null: "none: a deterministic agreement",
    limits: "a map can be true of the prediction and still be the same for every label",
    cost: "4 forward and 4 backward passes at most", source: "Chefer et al. 2021",
    isDefault: false, needs: [.embeddings, .classifier])

  /// A correlation from here on means that two maps are the same.
  static let same = 0.999

  package func estimate(_ examination: Examination) -> Cost { Cost(forwards: 5, backwards: 4) }

  package func run(_ examination: Examination) throws(AssayError) -> Examined<ContrastFinding> {
    let question = examination.question
    let probabilities = examination.base
    let own = question.target.label
    let rest = probabilities.indices.filter { $0 != own }
    guard let other = rest.max(by: { probabilities[$0] < probabilities[$1] }) else {
      return .notApplicable("The model has one label only.")
    }
    let contrary = try Question(question, target: .label(other))
    func scores(_ question: Question, _ method: String) throws(AssayError) -> [Double] {
      let isTested = method == examination.explanation.method
      let explanation = try question.explain(
        method: method, options: isTested ? examination.explanation.givenOptions : [:])
      examination.spend(explanation.cost)
      return explanation.scores.map(Double.init)
    }
    let gradients = (
      try scores(question, "input_x_gradient"), try scores(contrary, "input_x_gradient")
    )
    var agreement: Double?
    if !examination.explanation.isExternal {
      agreement = spearman(
        examination.explanation.scores.map(Double.init),
        try scores(contrary, examination.explanation.method))
    }
    return .found(
      ContrastFinding(
        other: other, agreement: agreement, gradients: gradients,
        gradientAgreement: spearman(gradients.0, gradients.1)))
  }
}

/// Spearman's correlation; nil where one vector ranks nothing.
func spearman(_ a: [Double], _ b: [Double]) -> Double? {
  guard problem(a, b, needed: 2) == nil else { return nil }
  return Spearman.measure(ScorePair(Ranking(a), Ranking(b), k: 1)).value
}

/// How the map of another label agrees with this one.
package struct ContrastFinding: Finding {
  package let other: Int
  package let agreement: Double?
  package let gradients: ([Double], [Double])
  package let gradientAgreement: Double?

  package func outcome(_ thresholds: Thresholds) -> Outcome { .inconclusive }
  package func statistic(_ thresholds: Thresholds) -> Double? { agreement }
  package var effect: Double? { agreement }

  package func sentence(_ thresholds: Thresholds) -> String {
    let isSame = agreement.map { $0 > ClassContrast.same } ?? false
    return
      (isSame
      ? "The map is the same whichever label is explained"
      : "The map for the other label agrees with this one by \(agreement.map(decimal) ?? "—")")
      + "; for gradients the agreement is \(gradientAgreement.map(decimal) ?? "undefined")."
  }

  package func details(_ examination: Examination) -> [(name: String, value: Value)] {
    [
      ("other_label", .integer(other)), ("agreement", .number(agreement)),
      ("gradient_agreement", .number(gradientAgreement)),
      ("gradient", .numbers(gradients.0)), ("gradient_other", .numbers(gradients.1)),
    ]
  }
}
