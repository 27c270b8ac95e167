import Attribution
import Evidence
import Models
import Tensors

/// One verdict on one explanation of one planted model.
package struct PlantedTrial: Sendable {
  package let family: String
  package let generator: PlantedGenerator
  package let claim: PlantedClaim
  /// What was tested: the method's own map, or how a wrong one was made.
  package let map: TestedMap
  /// Which model of the family.
  package let number: Int
  /// How much of the truth was planted; nil in a family that is not graded.
  package let grade: Double?
  /// Whether the map highlights a token that the prediction rests on.
  package let namesEvidence: Bool
  package let verdict: Verdict
  package let reason: Reason
  /// What each deciding check came to, by name.
  package let outcomes: [String: Outcome]
  /// The verdict under each of the considered thresholds.
  package let considered: [Verdict]

  package var agrees: Bool { claim.accepts(verdict) }
  package var reasonIsRight: Bool { claim.accepts(reason) }
}

/// Which map a verdict was asked about.
package enum TestedMap: Sendable, Hashable {
  case own
  case wrong(WrongMap)
}

extension PlantedModel {
  /// The verdict on every claim of the family, on the method's own map and, where the claim is
  /// that it is true, on wrong maps in its place.
  ///
  /// A wrong map is drawn once, whatever it comes to: now and then it names a part of the evidence,
  /// which the trial says.
  func trials(
    _ family: any PlantedFamily, number: Int, wrongMaps: Bool, settings base: Settings,
    considering thresholds: [Thresholds], execution: Execution
  ) throws(AssayError) -> [PlantedTrial] {
    var settings = self.settings(base)
    settings.measuresAll = !thresholds.isEmpty
    var trials: [PlantedTrial] = []
    let shared = SharedEvidence()
    let question = try Question.judged(model, input, target: nil, execution: execution)
    let deciding = try Checks.selected(.deciding)
    for claim in family.info.claims {
      func test(
        _ map: TestedMap, _ explanation: TestedExplanation, _ claim: PlantedClaim
      ) throws(AssayError) {
        let report = try model.judge(
          question, explanation: explanation, checks: deciding, settings: settings,
          sharing: shared
        ).report
        trials.append(
          PlantedTrial(
            family: family.info.name, generator: family.generator, claim: claim, map: map,
            number: number, grade: grade,
            namesEvidence: report.highlighted.contains(where: evidence.contains),
            verdict: report.verdict, reason: report.reason,
            outcomes: Dictionary(report.checks.map { ($0.info.name, $0.result.outcome) }) {
              first, _ in first
            },
            considered: thresholds.map { report.reconsidered(under: $0) }))
      }
      try test(.own, .method(claim.method), claim)
      guard wrongMaps, claim.truth == .trustworthy else { continue }
      for kind in WrongMap.allCases {
        var draw = execution.random("wrong map.\(kind.rawValue)").draw(0)
        var others: [Input] = []
        for _ in 0..<8 { others.append(input.shuffled(&draw)) }
        let scores = try kind.scores(
          model, input, method: claim.method, others: others, &draw, execution)
        try test(
          .wrong(kind), .scores(scores),
          PlantedClaim(method: claim.method, truth: .partial(Reason.allCases)))
      }
    }
    return trials
  }
}

extension Input {
  /// The same input with the explained tokens in another order.
  fileprivate func shuffled(_ draw: inout RandomSource.Draw) -> Input {
    var copy = self
    let places = explained
    for (place, from) in zip(places, draw.permutation(places.count)) {
      copy.ids[place] = ids[places[from]]
    }
    return copy
  }
}
