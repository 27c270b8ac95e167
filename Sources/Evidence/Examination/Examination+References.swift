import Attribution
import Models
import Tensors

/// A gradient explanation's magnitudes, and why it cannot serve if it cannot.
package struct Reference: Sendable {
  /// What it is called in a report.
  package let name: String
  package let explanation: Explanation
  /// One number a unit.
  package let magnitudes: [Double]
  /// Whether the verdict counts it, or only shows it.
  package let isCounted: Bool
  /// Why it does not serve; nil when it does.
  package let obstacle: String?

  init(_ name: String, _ explanation: Explanation, _ units: Units, isCounted: Bool) {
    self.name = name
    self.explanation = explanation
    self.isCounted = isCounted
    let scores = units.summed(explanation.scores.map(Double.init), over: explanation.positions)
    let magnitudes = scores.map(abs)
    self.magnitudes = magnitudes
    let failed = explanation.proof.first { $0.name.hasPrefix("completeness") && !$0.passed }
    obstacle =
      failed.map { "its completeness gap is \(percent($0.value))" }
      ?? (magnitudes.allSatisfy { $0 == magnitudes.first } ? "it is constant" : nil)
  }
}

extension Examination {
  /// The gradient explanations that this one is compared with, computed once: integrated gradients
  /// from two baselines, which count, and two that are shown beside them, since they saturate. A model
  /// that tells one gradient only is judged by that one.
  package func references() throws(AssayError) -> [Reference] {
    if let known = shared.references { return known }
    let capabilities = question.model.card.capabilities
    var made: [Reference] = []
    if capabilities.contains(.embeddings) {
      for baseline in Self.baselines(question) {
        let explanation = try integrated(from: baseline)
        made.append(
          Reference("integrated_gradients from \(baseline)", explanation, units, isCounted: true))
      }
    }
    for name in ["input_x_gradient", "saliency"]
    where try Methods.named(name).info.needs.isSubset(of: capabilities) {
      let explanation = try explained(by: name)
      let isOnly = !made.contains(where: \.isCounted)
      made.append(Reference(name, explanation, units, isCounted: isOnly))
    }
    shared.references = made
    return made
  }

  /// The mean embedding, and the token that says least.
  private static func baselines(_ question: Question) -> [String] {
    let token = RemovalOperator.usable([.mask, .unk, .pad], question.model, question.input)
    return ["mean"] + (token.map { [$0.rawValue] } ?? [])
  }

  /// Integrated gradients with as many points as completeness needs.
  private func integrated(from baseline: String) throws(AssayError) -> Explanation {
    var steps = GradientAgreement.fewestSteps
    while true {
      let explanation = try explained(
        by: "integrated_gradients",
        ["n_steps": .integer(steps), "baselines": .text(baseline)])
      steps *= 2
      if explanation.proof.allSatisfy(\.passed) || steps > GradientAgreement.mostSteps(settings) {
        return explanation
      }
    }
  }
}
