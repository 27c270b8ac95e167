import Attribution
import Evidence
import Models
import Tensors

/// One verdict on one explanation of one planted model.
package struct PlantedTrial: Sendable {
  package let family: String
  package let generator: PlantedGenerator
  /// The kind of its model.
  package let kind: String
  package let claim: PlantedClaim
  /// What was tested: the method's own map, or how a wrong one was made.
  package let map: TestedMap
  /// Which model of the family.
  package let number: Int
  /// How much of the truth was planted; nil in a family that is not graded.
  package let grade: Double?
  /// Whether the map highlights a token that the prediction rests on.
  package let namesEvidence: Bool
  /// Whether the report names every spare copy of the evidence as a rival; nil where there is none.
  package let namesSpares: Bool?
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
  /// The method's own map with a part of the evidence put at the end: half of what decides jointly.
  case half
  case wrong(WrongMap)

  /// Whether the map is one that is wrong by construction.
  package var isWrong: Bool {
    if case .wrong = self { true } else { false }
  }
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
            family: family.info.name, generator: family.generator, kind: family.kind.name,
            claim: claim, map: map, number: number, grade: grade,
            namesEvidence: report.highlighted.contains(where: evidence.contains),
            namesSpares: spares.isEmpty ? nil : report.namesRivals(spares),
            verdict: report.verdict, reason: report.reason,
            outcomes: Dictionary(report.checks.map { ($0.info.name, $0.result.outcome) }) {
              first, _ in first
            },
            considered: thresholds.map { report.reconsidered(under: $0) }))
      }
      try test(.own, .method(claim.method), claim)
      guard wrongMaps, claim.truth == .trustworthy else { continue }
      let untrusted = PlantedClaim(method: claim.method, truth: .partial(Reason.allCases))
      if family.info.isJoint {
        try test(.half, .scores(try halved(claim.method, execution)), untrusted)
      }
      for kind in WrongMap.allCases {
        var draw = execution.random("wrong map.\(kind.rawValue)").draw(0)
        var others: [Input] = []
        for _ in 0..<8 { others.append(input.shuffled(&draw)) }
        let scores = try kind.scores(
          model, input, method: claim.method, others: others, &draw, execution)
        try test(.wrong(kind), .scores(scores), untrusted)
      }
    }
    return trials
  }

  /// A method's map in which a drawn part of the evidence, neither none of it nor all, has the least of
  /// all scores.
  private func halved(_ method: String, _ execution: Execution) throws(AssayError) -> [Double] {
    var scores = try Question(model, input, execution: execution).explain(method: method).scores
      .map(Double.init)
    var draw = execution.random("half map").draw(0)
    let hidden = draw.permutation(evidence.count).prefix(draw.integer(in: 1...evidence.count - 1))
    let least = scores.min() ?? 0
    for place in hidden {
      if let index = input.explained.firstIndex(of: evidence[place]) { scores[index] = least }
    }
    return scores
  }
}

extension Report {
  /// Whether each of some positions is named as one whose attention would have done as well.
  fileprivate func namesRivals(_ positions: [Int]) -> Bool {
    let named = Set((rivals ?? []).flatMap(\.positions))
    return named.isSuperset(of: positions)
  }
}

extension Input {
  /// The same input with the explained tokens, or patches, in another order.
  fileprivate func shuffled(_ draw: inout RandomSource.Draw) -> Input {
    if let image { return Input(image.shuffled(&draw)) }
    var copy = self
    let places = explained
    for (place, from) in zip(places, draw.permutation(places.count)) {
      copy.ids[place] = ids[places[from]]
    }
    return copy
  }
}

extension Image {
  /// The whole picture with its patches in another order.
  fileprivate func shuffled(_ draw: inout RandomSource.Draw) -> Image {
    let whole = Image(pixels, grid: grid)
    let (values, size) = (whole.rows.scalars, whole.rows.shape[1])
    let patches = draw.permutation(grid.count).map { Array(values[$0 * size..<($0 + 1) * size]) }
    return Image(Tensor(patches: patches, grid), grid: grid)
  }
}
