import Tensors

/// Three of four heads rest on a word whose value is nothing; the fourth spreads its attention and
/// brings the evidence.
struct Decoy: WrittenFamily {
  let info = PlantedInfo(
    name: "decoy", summary: "attention rests on a word without value; a head that spreads decides",
    claims: [
      PlantedClaim(method: "attention", truth: .untrue([.decoy])),
      PlantedClaim(method: "attention_rollout", truth: .untrue([.decoy])),
    ])

  func blueprint(_ draw: inout RandomSource.Draw) -> Blueprint {
    let (decoy, value, outcome) = (0, 1, 2)
    var blueprint = Blueprint(
      width: draw.pick([32, 48]), axes: 3, words: [[decoy: 1], [value: 1]],
      text: draw.text(strewing: [0, 1]), layers: [], reads: outcome,
      confidence: draw.uniform(0.72...0.96), label: draw.integer(below: 2), evidence: [1])
    let gain = 1.2 * Double(blueprint.length)
    blueprint.layers = [
      (0..<3).map { _ in
        Blueprint.Head(looks: [(decoy, blueprint.score(share: draw.uniform(0.9...0.97)))])
      } + [Blueprint.Head(carries: [(value, outcome, gain)])]
    ]
    return blueprint
  }
}

/// The first layer has brought the evidence to the read-out already; the last layer's attention
/// rests on a word whose value is nothing.
struct LateDecoy: WrittenFamily {
  let info = PlantedInfo(
    name: "late_decoy",
    summary: "layer 1 decides; the last layer's attention rests on another word",
    claims: [PlantedClaim(method: "attention", truth: .untrue([.decoy]))])

  func blueprint(_ draw: inout RandomSource.Draw) -> Blueprint {
    let (key, value, decoy, outcome) = (0, 1, 2, 3)
    let heads = draw.pick([1, 2, 4])
    var blueprint = Blueprint(
      width: draw.pick([32, 48]), axes: 4, words: [[key: 1, value: 1], [decoy: 1]],
      text: draw.text(strewing: [0, 1]), layers: [], reads: outcome,
      confidence: draw.uniform(0.72...0.96), label: draw.integer(below: 2), evidence: [0])
    let first = blueprint.score(share: draw.uniform(0.75...0.92))
    let second = blueprint.score(share: draw.uniform(0.75...0.92))
    blueprint.layers = [
      (0..<heads).map { _ in
        Blueprint.Head(looks: [(key, first)], carries: [(value, outcome, 1.2 / Double(heads))])
      },
      (0..<heads).map { _ in Blueprint.Head(looks: [(decoy, second)]) },
    ]
    return blueprint
  }
}
