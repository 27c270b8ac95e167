import Tensors

/// The selector with less of its attention on the marker.
struct Graded: WrittenFamily {
  let info = PlantedInfo(
    name: "graded", summary: "the marker has only part of the attention; its value decides",
    claims: [
      PlantedClaim(method: "attention", truth: .graded),
      PlantedClaim(method: "attention_rollout", truth: .graded),
    ],
    grade: "share of the attention on the marker")

  func blueprint(_ draw: inout RandomSource.Draw) -> Blueprint {
    let share = draw.uniform(0.3...0.7)
    var blueprint = selector(layers: 1, share: share...share, &draw)
    blueprint.grade = share
    return blueprint
  }
}

/// Part of the evidence has reached the read-out before the layer whose attention is shown.
struct Leaky: WrittenFamily {
  let info = PlantedInfo(
    name: "leaky", summary: "part of the evidence by-passes the last layer's attention",
    claims: [PlantedClaim(method: "attention", truth: .graded)],
    grade: "share of the evidence through the last layer")

  func blueprint(_ draw: inout RandomSource.Draw) -> Blueprint {
    let share = draw.uniform(0...1)
    var blueprint = selector(layers: 2, share: 0.75...0.92, &draw)
    blueprint.grade = share
    for layer in 0..<2 {
      for head in blueprint.layers[layer].indices {
        blueprint.layers[layer][head].carries[0].gain *= 2 * (layer == 1 ? share : 1 - share)
      }
    }
    return blueprint
  }
}
