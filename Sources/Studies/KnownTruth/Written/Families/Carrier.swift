import Tensors

/// The first layer brings the marker's evidence to every position, and the second layer's
/// attention names whichever position it happens to fetch it from.
struct Carrier: WrittenFamily {
  let info = PlantedInfo(
    name: "carrier",
    summary: "layer 1 moves the evidence; the last layer's attention names a carrier",
    claims: [
      PlantedClaim(method: "attention", truth: .untrue([.decoy, .noEffect])),
      PlantedClaim(method: "attention_rollout", truth: .trustworthy),
    ])

  func blueprint(_ draw: inout RandomSource.Draw) -> Blueprint {
    let (key, value, carrier, carried, outcome) = (0, 1, 2, 3, 4)
    let heads = draw.pick([1, 2])
    var blueprint = Blueprint(
      width: draw.pick([32, 48]), axes: 5, words: [[key: 1, value: 1], [carrier: 1]],
      text: draw.text(strewing: [0, 1]), layers: [], reads: outcome,
      confidence: draw.uniform(0.72...0.96), label: draw.integer(below: 2), evidence: [0])
    let first = blueprint.score(share: draw.uniform(0.88...0.95))
    let second = blueprint.score(share: draw.uniform(0.75...0.9))
    blueprint.layers = [
      (0..<heads).map { _ in
        Blueprint.Head(looks: [(key, first)], carries: [(value, carried, 1.2 / Double(heads))])
      },
      (0..<heads).map { _ in
        Blueprint.Head(
          looks: [(carrier, second)], carries: [(carried, outcome, 1.5 / Double(heads))])
      },
    ]
    return blueprint
  }
}
