import Tensors

/// Attention is uniform up to noise; values decide.
struct Flat: WrittenFamily {
  let info = PlantedInfo(
    name: "flat", summary: "attention is uniform up to noise; one or two values decide",
    claims: [
      PlantedClaim(method: "attention", truth: .untrue([.flat])),
      PlantedClaim(method: "attention_rollout", truth: .untrue([.flat])),
    ])

  func blueprint(_ draw: inout RandomSource.Draw) -> Blueprint {
    let (value, outcome) = (0, 1)
    let words = draw.integer(in: 1...2)
    let heads = draw.pick([1, 2, 4])
    var blueprint = Blueprint(
      width: draw.pick([32, 48]), axes: 2, words: Array(repeating: [value: 1], count: words),
      text: draw.text(strewing: Array(0..<words)), layers: [], reads: outcome,
      confidence: draw.uniform(0.72...0.96), label: draw.integer(below: 2),
      evidence: Array(0..<words))
    let gain = 1.2 * Double(blueprint.length) / Double(heads * words)
    blueprint.layers = [
      (0..<heads).map { _ in Blueprint.Head(carries: [(value, outcome, gain)], spread: 0.1) }
    ]
    return blueprint
  }
}
