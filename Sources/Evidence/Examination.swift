import Attribution
import Models
import Tensors

/// One explanation under test, with everything that several checks share computed once.
///
/// It belongs to one call and one thread; the work inside runs on the execution's threads.
package final class Examination {
  package let question: Question
  package let settings: Settings
  /// What is under test.
  package let explanation: Explanation
  /// The raw scores, one an explained position.
  package let scores: [Double]
  package let highlight: Highlight
  /// The attention that the scores are made of; all of it for scores from elsewhere.
  package let scope: AttentionScope
  /// The share of attention on sinks; nil when it has no meaning.
  package var sinkMass: Double? { explanation.sinkMass }
  /// What has been spent so far.
  package private(set) var cost = Cost()
  private let shared: SharedEvidence

  package init(
    _ question: Question, explanation: Explanation, scores: [Double], scope: AttentionScope?,
    settings: Settings, sharing shared: SharedEvidence = SharedEvidence()
  ) {
    self.shared = shared
    self.question = question
    self.settings = settings
    self.explanation = explanation
    self.scores = scores
    highlight = Highlight(scores)
    self.scope = scope ?? .all(of: question.model.card)
  }

  package var thresholds: Thresholds { settings.thresholds }
  /// Token positions of ranks among the explained ones.
  package func positions(_ ranks: [Int]) -> [Int] { ranks.map { question.positions[$0] } }
  package var count: Int { scores.count }
  package var shape: MapShape { MapShape(highlight, sinkMass: sinkMass) }

  package func random(_ stream: String) -> RandomSource { question.execution.random(stream) }

  /// Adds passes that a check made on its own.
  package func spend(_ cost: Cost) { self.cost = self.cost + cost }

  /// The removal operators of the primary check that can be used here.
  package var operators: [RemovalOperator] {
    let model = question.model
    let wanted: [RemovalOperator]
    if let chosen = settings.operators {
      wanted = chosen
    } else {
      let blank = RemovalOperator.usable([.mask, .meanEmbedding], model, question.input)
      wanted = [.delete] + (blank.map { [$0] } ?? []) + [.replace]
    }
    return wanted.filter { $0.obstacle(model, question.input) == nil }
  }

  /// What removing each position alone does.
  package func leaveOneOut(_ how: RemovalOperator) throws(AssayError) -> RemovalEffects {
    if let known = shared.leaveOneOuts[how] { return known }
    let singles = (0..<count).map { [$0] }
    let effects = try effects(of: singles, by: how)
    let result = RemovalEffects(
      distances: singles.compactMap { effects[$0]?.distance },
      drops: singles.compactMap { effects[$0]?.drop })
    shared.leaveOneOuts[how] = result
    return result
  }

  /// What removing one set of ranks does.
  package func effect(
    of ranks: [Int], by how: RemovalOperator
  ) throws(AssayError) -> RemovalEffect {
    let known = try effects(of: [ranks], by: how)
    return known[ranks.sorted()] ?? RemovalEffect(distance: 0, drop: 0, flips: false)
  }

  /// What removing each of several sets of ranks does; a set is run once however often it is asked
  /// for.
  package func effects(
    of sets: [[Int]], by how: RemovalOperator
  ) throws(AssayError) -> [[Int]: RemovalEffect] {
    var known = shared.removals[how] ?? [:]
    var missing: [[Int]] = []
    var seen = Set<[Int]>()
    for set in sets.map({ $0.sorted() }) where known[set] == nil && seen.insert(set).inserted {
      missing.append(set)
    }
    if !missing.isEmpty {
      let ablation = try question.ablate(
        missing.map(positions), by: how, draws: settings.replacements,
        fillers: settings.fillIns)
      spend(ablation.cost)
      for (index, set) in missing.enumerated() {
        known[set] = RemovalEffect(
          distance: ablation.distance(index), drop: ablation.drop(index, target: question.target),
          flips: ablation.flips(index))
      }
      shared.removals[how] = known
    }
    return known
  }

  /// The unedited probabilities.
  package var base: [Double] { question.prediction.probabilities[0] }

  /// Probabilities under edited attention, one row a variant.
  package func outputs(_ variants: [[Intervention]]) throws(AssayError) -> [[Double]] {
    spend(Cost(forwards: variants.count + 1))
    return try question.model.counterfactuals(question.input, variants, question.execution)
  }

  /// Total variation distances of the prediction under edited attention, one a variant.
  package func counterfactuals(
    _ variants: [[Intervention]]
  ) throws(AssayError) -> [Double] {
    try outputs(variants).map { totalVariation($0, base) }
  }

  /// An intervention on the attention that the explanation is made of.
  package func edit(_ action: Intervention.Action, keys: [Int]? = nil) -> Intervention {
    Intervention(
      action, layers: scope.layers, heads: scope.heads, queries: scope.queries, keys: keys)
  }

  /// The gradient references that the explanation is compared with, computed once: those that the
  /// model can give.
  package func references() throws(AssayError) -> [Reference] {
    if let known = shared.references { return known }
    var made: [Reference] = []
    for name in ["saliency", "input_x_gradient", "integrated_gradients"] {
      let info = try Methods.named(name).info
      guard info.needs.isSubset(of: question.model.card.capabilities) else { continue }
      let specs = info.options
      let isTested =
        explanation.method == name
        && explanation.options.allSatisfy { option in
          specs.contains { $0.name == option.name && $0.fallback == option.value }
        }
      // An explanation that is a reference itself is not made a second time.
      let reference = isTested ? explanation : try question.explain(method: name)
      if !isTested { spend(reference.cost) }
      made.append(Reference(reference))
    }
    shared.references = made
    return made
  }
}

/// What one removal did to the prediction.
package struct RemovalEffect: Sendable {
  /// Total variation distance.
  package let distance: Double
  /// Fall of the target's probability.
  package let drop: Double
  /// Whether another label is predicted (in most draws).
  package let flips: Bool
}

/// What removing each position alone did.
package struct RemovalEffects: Sendable {
  package let distances: [Double]
  package let drops: [Double]
}

/// A gradient explanation's magnitudes, and why it cannot serve if it cannot.
package struct Reference: Sendable {
  package let explanation: Explanation
  package let magnitudes: [Double]
  /// The completeness gap in percent when it is too large to trust; nil when it serves.
  package let obstacle: String?

  package var name: String { explanation.method }

  init(_ explanation: Explanation) {
    self.explanation = explanation
    magnitudes = explanation.scores.map { abs(Double($0)) }
    let failed = explanation.proof.first { $0.name.hasPrefix("completeness") && !$0.passed }
    obstacle = failed.map { "its completeness gap is \(percent($0.value))" }
  }
}

/// A share as a whole percentage.
func percent(_ share: Double) -> String {
  share.isFinite ? "\(Int((min(abs(share), 1e6) * 100).rounded())) %" : "undefined"
}

/// A number with three decimals, for sentences.
func decimal(_ value: Double) -> String {
  guard value.isFinite, abs(value) < 1e12 else { return "undefined" }
  let thousandths = Int((abs(value) * 1000).rounded())
  let digits = String(1000 + thousandths % 1000).dropFirst()
  return (value < 0 && thousandths > 0 ? "-" : "") + "\(thousandths / 1000).\(digits)"
}
