import Attribution
import Models
import Tensors

/// Does the explanation change with the label that is explained?
package struct ClassContrast: Check {
  package let info = CheckInfo(
    name: "class_contrast", condition: nil, role: .descriptive,
    claim: "the explanation tells why this label and not another",
    null: "none: a deterministic agreement",
    limits: "a map can be true of the prediction and still be the same for every label",
    cost: "4 forward and 4 backward passes at most", source: "Chefer et al. 2021",
    isDefault: false, needs: [.inside, .classifier])

  package func estimate(_ examination: Examination) -> Cost {
    Cost(forwards: 5, backwards: 4)
  }

  package func run(_ examination: Examination) throws(AssayError) -> CheckResult {
    let question = examination.question
    let probabilities = examination.base
    let own = question.target.label
    let rest = probabilities.indices.filter { $0 != own }
    guard let other = rest.max(by: { probabilities[$0] < probabilities[$1] }) else {
      return result(.notApplicable, "The model has one label only.")
    }
    let contrary = try Question(
      question.model, question.input, target: .label(other), execution: question.execution)
    examination.spend(Cost(forwards: 1))
    func scores(_ question: Question, _ method: String) throws(AssayError) -> [Double] {
      let options = Dictionary(
        uniqueKeysWithValues: method == examination.explanation.method
          ? examination.explanation.options.map { ($0.name, $0.value) } : [])
      let explanation = try question.explain(method: method, options: options)
      examination.spend(explanation.cost)
      return explanation.scores.map(Double.init)
    }
    let gradients = try (scores(question, "input_x_gradient"), scores(contrary, "input_x_gradient"))
    let gradientAgreement = spearman(gradients.0, gradients.1)
    var ownAgreement: Double?
    if examination.explanation.method != "external" {
      ownAgreement = spearman(
        examination.scores, try scores(contrary, examination.explanation.method))
    }
    let same = ownAgreement.map { $0 > 0.999 } ?? false
    var result = result(
      .inconclusive,
      (same
        ? "The map is the same whichever label is explained"
        : "The map for the other label agrees with this one by \(ownAgreement.map(decimal) ?? "—")")
        + "; for gradients the agreement is \(gradientAgreement.map(decimal) ?? "undefined").")
    result.statistic = ownAgreement
    result.effect = ownAgreement
    result.details = [
      ("other_label", .integer(other)), ("agreement", .number(ownAgreement)),
      ("gradient_agreement", .number(gradientAgreement)),
      ("gradient", .numbers(gradients.0)), ("gradient_other", .numbers(gradients.1)),
    ]
    return result
  }

  private func spearman(_ a: [Double], _ b: [Double]) -> Double? {
    guard problem(a, b, needed: 2) == nil else { return nil }
    return Spearman.measure(ScorePair(Ranking(a), Ranking(b), k: 1)).value
  }
}
