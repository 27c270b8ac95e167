import Attribution
import ModelSupport
import Models
import Tensors
import Testing
import Values

@testable import Evidence
@testable import Studies

/// What holds of every report, whatever the model, the method and the input.
@Suite struct VerdictContractTests {
  /// Fixtures with a head: every family, decoders, token heads and language models among them.
  static let fixtures = Fixture.all.filter { fixture in
    (try? fixture.model().card.capabilities.contains(.classifier)) ?? false
  }

  private func report(
    _ model: Model, _ input: Input, _ explanation: TestedExplanation,
    _ change: (inout Settings) -> Void = { _ in }
  ) throws -> Report {
    var settings = Settings()
    change(&settings)
    return try model.verify(
      input, explanation: explanation, checks: .deciding, settings: settings,
      execution: Execution(seed: 1))
  }

  /// A short input of a fixture, at a position that its head reads.
  private func subject(_ fixture: Fixture) throws -> (Model, Input)? {
    let model = try fixture.model()
    guard let length = fixture.lengths.filter({ $0 >= 6 }).min() else { return nil }
    return (model, try fixture.input(length))
  }

  /// Contract: a verdict that is not trust has a reason, conditions and a strength within bounds, and
  /// everything it names stands in the text.
  @Test(arguments: fixtures.map(\.name))
  func everyReportHasItsReason(_ name: String) throws {
    guard let (model, input) = try subject(Fixture(name)) else { return }
    for method in ["attention", "leave_one_out", "input_x_gradient"] {
      guard try Methods.named(method).info.needs.isSubset(of: model.card.capabilities) else {
        continue
      }
      let report = try report(model, input, .method(method))
      #expect((report.verdict == .trustworthy) == (report.reason == .none), "\(name) \(method)")
      #expect(report.conditions.map(\.condition) == Condition.allCases)
      if let strength = report.strength { #expect((0...1).contains(strength)) }
      let explained = Set(input.explained)
      #expect(explained.isSuperset(of: report.highlighted))
      #expect(explained.isSuperset(of: report.repaired?.positions ?? []))
      #expect(!report.sentences.contains(""))
      #expect(report.cost.forwardEquivalents <= report.estimate.forwardEquivalents + 600)
    }
  }

  /// Oracle: each primary check's own reference. Where a set reaches ε, the map made of that reference
  /// is supported: integrated gradients by gradients, the strongest single removals by removal.
  @Test(arguments: fixtures.map(\.name))
  func everyPrimaryCheckSupportsItsOwnReference(_ name: String) throws {
    guard let (model, input) = try subject(Fixture(name)),
      model.card.capabilities.contains(.tape), input.image == nil
    else { return }
    func finding<Found: Finding>(_ report: Report) -> Found? {
      Findings(report.checks.compactMap(\.result.finding)).of()
    }
    let first = try report(model, input, .method("leave_one_out"))
    let reference: GradientFinding? = finding(first)
    guard let counted = reference?.references.first(where: { $0.reference.isCounted }) else {
      return  // Leave-one-out gives no token a positive weight here.
    }
    let own = try report(model, input, .scores(counted.reference.magnitudes))
    if let found: GradientFinding = finding(own),
      found.references.count(where: {
        $0.reference.isCounted && $0.efficiency != nil
      }) == 1
    {
      #expect(found.efficiency > 0.999)
    }
    guard let removal: RemovalFinding = finding(first), let trial = removal.deciding.first else {
      return
    }
    let best = trial.effect.best.set
    guard trial.effect.largest >= 0.05, best.count == first.highlighted.count else { return }
    let scores = input.explained.indices.map { best.contains($0) ? 1.0 : 0 }
    let again = try report(model, input, .scores(scores))
    let found: RemovalFinding = try #require(finding(again))
    let same = try #require(found.trials.first { $0.way == trial.way })
    if let value = same.effect.value(0.05), same.effect.set == best {
      #expect(value > 0.999, "the best set has efficiency 1")
    }
  }

  /// Metamorphic: labels are names. With two classes exchanged, everything is equal but the index.
  @Test func relabelledClassesChangeNothing() throws {
    let planted = try PlantedModel(Selector(), purpose: "test", number: 4, seed: 2)
    let weights = Dictionary(
      planted.model.network.parameters.map { ($0.name, $0.tensor) }, uniquingKeysWith: { $1 })
    func flipped(_ tensor: Tensor) -> Tensor {
      Tensor.concatenated([tensor.slices(1..<2), tensor.slices(0..<1)])
    }
    var swapped: [String: Tensor] = [:]
    for name in ["classifier.weight", "classifier.bias"] {
      swapped[name] = flipped(try #require(weights[name]))
    }
    let other = planted.model.replacing(swapped)
    let (a, b) = (
      try report(planted.model, planted.input, .method("attention")) {
        $0.fillIns = planted.ordinary
      },
      try report(other, planted.input, .method("attention")) { $0.fillIns = planted.ordinary }
    )
    #expect(a.verdict == b.verdict && a.reason == b.reason && a.strength == b.strength)
    #expect(a.explanation.target.label == 1 - b.explanation.target.label)
    for (one, two) in zip(a.checks, b.checks) {
      #expect(one.result.pValue == two.result.pValue)
      if let x = one.result.statistic, let y = two.result.statistic { #expect(abs(x - y) < 1e-6) }
    }
  }

  /// Oracle: the leave-one-out map of the deciding operators leaves out nothing that matters as much,
  /// on any family.
  @Test(arguments: fixtures.map(\.name))
  func theOracleIsComplete(_ name: String) throws {
    guard let (model, input) = try subject(Fixture(name)), input.image == nil else { return }
    let first = try report(model, input, .method("leave_one_out"))
    let findings = Findings(first.checks.compactMap(\.result.finding))
    guard let removal: RemovalFinding = findings.of(), !removal.deciding.isEmpty else { return }
    let scores = input.explained.indices.map { place in
      removal.deciding.reduce(0) { $0 + max(0, min($1.singles[place], $1.drops[place])) }
    }
    guard scores.contains(where: { $0 > 0 }) else { return }
    let again = try report(model, input, .scores(scores))
    let found: RemovalFinding? = Findings(again.checks.compactMap(\.result.finding)).of()
    // Whether an operator breaks the text depends on K: another two may decide for another map.
    guard let found, found.deciding.map(\.way) == removal.deciding.map(\.way) else { return }
    #expect(found.missing == [], "\(name)")
  }

  /// Metamorphic: words whose tokens are single are tokens, to the bit; a map given a word is the map
  /// given its tokens' sum.
  @Test func wordsOfOneTokenAreTokens() throws {
    let planted = try PlantedModel(Selector(), purpose: "test", number: 5, seed: 2)
    func check(_ granularity: Granularity) throws -> Report {
      try report(planted.model, planted.input, .method("attention")) {
        $0.granularity = granularity
        $0.fillIns = planted.ordinary
      }
    }
    let (tokens, words) = (try check(.token), try check(.word))
    #expect(tokens.verdict == words.verdict && tokens.highlighted == words.highlighted)
    #expect(tokens.checks.map(\.result.statistic) == words.checks.map(\.result.statistic))
  }

  /// Truth by construction: a marker of two tokens as one span; removed and redirected as a whole it is
  /// what decides, and it is one highlighted unit.
  @Test func spansAreRemovedAndRedirectedWhole() throws {
    let planted = try PlantedModel(JointSelector(), purpose: "test", number: 1, seed: 2)
    let explained = planted.input.explained
    let spans = explained.map { planted.evidence.contains($0) ? 0 : -1 }
    let count = explained.count - planted.evidence.count + 1
    let scores = Units.scores(explained, marking: planted.evidence, count: count)
    let report = try report(planted.model, planted.input, .scores(scores)) {
      ($0.granularity, $0.spans, $0.fillIns) = (.span, spans, planted.ordinary)
    }
    #expect(report.units.count == count && report.highlighted == planted.evidence)
    #expect(report.verdict == .trustworthy, "\(report.reason)")
  }

  /// The unit of effect follows the head: contrast for vocabularies, one probability for labels that are
  /// true by themselves, no scale for regressions unless one is given.
  @Test func theUnitFollowsTheHead() throws {
    for fixture in Self.fixtures {
      let card = try fixture.model().card
      let target = EffectUnit.target(
        nil, card, logits: (0..<card.scoreCount).map { Float(($0 * 7) % 5) })
      let unit = EffectUnit(target, card, scale: nil)
      switch (card.problem, card.labels.isEmpty) {
      case (.regression, _):
        #expect(!unit.isScaled)
        #expect(EffectUnit(target, card, scale: 2).isScaled)
      case (.multiLabel, _): #expect(unit == .probability(label: target.label))
      case (.singleLabel, true):
        guard case .contrast = unit else {
          Issue.record("\(fixture.name): \(unit)")
          continue
        }
      case (.singleLabel, false): #expect(unit == .distribution(label: target.label))
      }
    }
  }

  /// Closed form: σ(f_a − f_b) from a softmax's probabilities, whatever the other labels hold.
  @Test func aContrastIgnoresWhatWandersAmongTheOthers() {
    let unit = EffectUnit.contrast(0, 1)
    #expect(unit.distance([0.3, 0.1, 0.6], [0.6, 0.2, 0.2]) < 1e-15)
    #expect(abs(unit.drop([0.1, 0.1, 0.8], from: [0.3, 0.1, 0.6]) - 0.25) < 1e-15)
    #expect(abs(unit.most(from: [0.3, 0.1, 0.6]) - 0.75) < 1e-15)
  }
}

extension Units {
  /// Scores one a unit when the marked positions are one unit, at the place of the first of them.
  fileprivate static func scores(_ explained: [Int], marking marked: [Int], count: Int) -> [Double]
  {
    let first = marked.min() ?? 0
    let units = explained.filter { !marked.contains($0) || $0 == first }
    return units.map { $0 == first ? 1.0 : 0 }
  }
}
