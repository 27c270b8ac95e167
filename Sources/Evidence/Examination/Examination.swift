import Attribution
import Models
import Tensors
import Values

/// One explanation under test, with everything that several checks share computed once.
///
/// It belongs to one call and one thread; the work inside runs on the execution's threads.
package final class Examination {
  package let question: Question
  package let settings: Settings
  /// What is under test.
  package let explanation: Explanation
  /// What is removed and redirected as a whole.
  package let units: Units
  /// The raw scores, one a unit.
  package let scores: [Double]
  package let highlight: Highlight
  /// In what effects are measured.
  package let unit: EffectUnit
  /// The attention that the scores are made of; all of it for scores from elsewhere.
  package let scope: AttentionScope
  /// Whether somebody knows what attention the scores are made of.
  package let knowsScope: Bool
  /// What has been spent so far.
  package private(set) var cost = Cost()
  let shared: SharedEvidence
  /// What the checks before have found.
  private(set) var findings = Findings([])

  /// - Parameter scores: one an explained position, or one a unit.
  package init(
    _ question: Question, explanation: Explanation, scores: [Double], units: Units,
    scope: AttentionScope?, settings: Settings, sharing shared: SharedEvidence = SharedEvidence()
  ) {
    self.shared = shared.within(settings)
    self.question = question
    self.settings = settings
    self.explanation = explanation
    self.units = units
    let isOnePerUnit = scores.count == units.count
    self.scores = isOnePerUnit ? scores : units.summed(scores, over: question.positions)
    highlight = Highlight(self.scores)
    unit = EffectUnit(question.target, question.model.card, scale: settings.scale)
    self.scope = settings.scope ?? scope ?? .all(of: question.model.card)
    knowsScope = settings.scope != nil || scope != nil
  }

  /// Another explanation of the same prediction, made of the same attention, on the same evidence.
  package func examining(_ explanation: Explanation, scores: [Double]) -> Examination {
    Examination(
      question, explanation: explanation, scores: scores, units: units, scope: scope,
      settings: settings, sharing: shared)
  }

  /// Remembers what a check found, for those that follow.
  func remember(_ finding: any Finding) { findings = findings.adding(finding) }

  /// Whether the verdict may still become trustworthy: no deciding finding so far is less than
  /// support. Where it may not, a p-value is that of the first sets, and nothing is lost by it.
  var mayBeTrusted: Bool {
    let known: [(any Finding)?] = [
      findings.of(GradientFinding.self), findings.of(RemovalFinding.self),
    ]
    return known.allSatisfy { $0.map { $0.outcome(thresholds) == .supports } ?? true }
      && !MapShape(self, sinkMass: nil).isFlat(thresholds)
  }

  package var thresholds: Thresholds { settings.thresholds }
  package var count: Int { scores.count }
  /// Token positions of some units.
  package func positions(_ ranks: [Int]) -> [Int] { ranks.flatMap { units.positions[$0] } }

  package func random(_ stream: String) -> RandomSource { question.execution.random(stream) }

  /// The resolved options of a check.
  package func options(of check: some Check) throws(AssayError) -> Options {
    let specs = check.info.options
    let names = Set(specs.map(\.name))
    return try Options(
      settings.checkOptions.filter { names.contains($0.key) }, for: specs,
      subject: check.info.name)
  }

  /// An explanation of the same prediction by a registered method.
  func explained(
    by method: String, _ options: [String: Value] = [:]
  ) throws(AssayError) -> Explanation {
    let found = try shared.explanation(of: question, by: method, options)
    spend(found.cost)
    return found.explanation
  }

  /// Adds passes that a check made on its own.
  package func spend(_ cost: Cost) { self.cost = self.cost + cost }

  /// The unedited probabilities.
  package var base: [Double] { question.prediction.probabilities[0] }

  /// The random sets of one size: one stream for every map and check.
  package func stream(_ size: Int) -> SetStream {
    if let known = shared.streams[size] { return known }
    let stream = SetStream(
      count: count, size: size, draws: settings.draws, seed: question.execution.seed)
    shared.streams[size] = stream
    return stream
  }

  /// Probabilities under edited attention, one row a variant.
  package func outputs(_ variants: [[Intervention]]) throws(AssayError) -> [[Double]] {
    guard !variants.isEmpty else { return [] }
    let before = shared.lower.passes
    let outputs = try question.model.counterfactuals(
      question.input, variants, below: &shared.lower, question.execution)
    spend(Cost(forwards: variants.count + shared.lower.passes - before))
    return outputs
  }

  /// An intervention on the attention that the explanation is made of.
  package func edit(_ action: Intervention.Action, keys: [Int]? = nil) -> Intervention {
    Intervention(
      action, layers: scope.layers, heads: scope.heads, queries: scope.queries, keys: keys)
  }
}

/// A share as a whole percentage.
func percent(_ share: Double) -> String {
  share.isFinite ? "\(Int((min(abs(share), 1e6) * 100).rounded())) %" : "undefined"
}

/// A number with three decimals, for sentences.
func decimal(_ value: Double) -> String {
  guard value.isFinite, abs(value) < 1e12 else { return "undefined" }
  let thousandths = Int(saturating: (abs(value) * 1000).rounded())
  let digits = String(1000 + thousandths % 1000).dropFirst()
  return (value < 0 && thousandths > 0 ? "-" : "") + "\(thousandths / 1000).\(digits)"
}
