import Tensors

/// Attention picks one word, and that word's value decides.
struct Selector: WrittenFamily {
  let info = PlantedInfo(
    name: "selector", summary: "attention picks one marker, whose value decides",
    claims: [
      PlantedClaim(method: "attention", truth: .trustworthy),
      PlantedClaim(method: "attention_rollout", truth: .trustworthy),
    ])

  func blueprint(_ draw: inout RandomSource.Draw) -> Blueprint {
    selector(layers: 1, share: 0.75...0.92, &draw)
  }
}

/// The same over two layers, each of which brings part of the evidence.
struct DeepSelector: WrittenFamily {
  let info = PlantedInfo(
    name: "deep_selector",
    summary: "in both layers attention picks the marker, whose value decides",
    claims: [
      PlantedClaim(method: "attention", truth: .trustworthy),
      PlantedClaim(method: "attention_rollout", truth: .trustworthy),
    ])

  func blueprint(_ draw: inout RandomSource.Draw) -> Blueprint {
    selector(layers: 2, share: 0.75...0.92, &draw)
  }
}

/// A model that looks at one marker in every layer and reads its value.
func selector(
  layers: Int, share: ClosedRange<Double>, _ draw: inout RandomSource.Draw
) -> Blueprint {
  let (key, value, outcome) = (0, 1, 2)
  let heads = draw.pick([1, 2, 4])
  var blueprint = Blueprint(
    width: draw.pick([32, 48]), axes: 3, words: [[key: 1, value: 1]],
    text: draw.text(strewing: [0]), layers: [], reads: outcome,
    confidence: draw.uniform(0.72...0.96), label: draw.integer(below: 2), evidence: [0])
  for _ in 0..<layers {
    blueprint.layers.append(
      (0..<heads).map { _ in
        Blueprint.Head(
          looks: [(key, blueprint.score(share: draw.uniform(share)))],
          carries: [(value, outcome, 1.2 / Double(heads * layers))])
      })
  }
  return blueprint
}
