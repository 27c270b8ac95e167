import Tensors

/// Attention rests on a word that argues against the predicted label; a head that sees little of
/// the map outweighs it.
struct Suppressor: WrittenFamily {
  let info = PlantedInfo(
    name: "suppressor", summary: "attention rests on a word that argues against the prediction",
    claims: [
      PlantedClaim(method: "attention", truth: .untrue([.polarity])),
      PlantedClaim(method: "attention_rollout", truth: .untrue([.polarity])),
    ])

  func blueprint(_ draw: inout RandomSource.Draw) -> Blueprint {
    let (against, evidence, outcome) = (0, 1, 2)
    let confidence = draw.uniform(0.72...0.84)
    var blueprint = Blueprint(
      width: draw.pick([32, 48]), axes: 3, words: [[against: 1], [evidence: 1]],
      text: draw.text(strewing: [0, 1]), layers: [], reads: outcome, confidence: confidence,
      label: draw.integer(below: 2), evidence: [0, 1])
    // In units of the classifier's logit: the evidence is worth what is left plus what is argued
    // away.
    let left = logarithm(confidence / (1 - confidence))
    let argued = draw.uniform(1...2)
    let unit = 0.5
    let (resting, seeing) = (draw.uniform(0.92...0.97), draw.uniform(0.6...0.85))
    let rest = blueprint.score(share: resting)
    blueprint.layers = [
      (0..<3).map { _ in
        Blueprint.Head(
          looks: [(against, rest)], carries: [(against, outcome, -unit * argued / resting / 3)])
      } + [
        Blueprint.Head(
          looks: [(evidence, blueprint.score(share: seeing))],
          carries: [(evidence, outcome, unit * (left + argued) / seeing)])
      ]
    ]
    return blueprint
  }
}
