import Tensors

/// Several words carry the same evidence; attention names one, and turns to the others when that
/// one is gone: the softmax itself repairs what was removed.
struct Redundant: WrittenFamily {
  let info = PlantedInfo(
    name: "redundant", summary: "copies of the evidence step in when the named word is gone",
    claims: [
      PlantedClaim(method: "attention", truth: .partial([.backedUp])),
      PlantedClaim(method: "attention_rollout", truth: .partial([.backedUp])),
    ])

  func blueprint(_ draw: inout RandomSource.Draw) -> Blueprint {
    let (first, second, value, outcome) = (0, 1, 2, 3)
    let copies = draw.integer(in: 1...3)
    let heads = draw.pick([1, 2, 4])
    let words =
      [[first: 1.0, value: 1.0]]
      + Array(repeating: [second: 1.0, value: 1.0], count: copies)
    var blueprint = Blueprint(
      width: draw.pick([32, 48]), axes: 4, words: words,
      text: draw.text(length: 4 + 2 * copies...20, strewing: Array(0...copies)), layers: [],
      reads: outcome, confidence: draw.uniform(0.72...0.96), label: draw.integer(below: 2),
      evidence: Array(0...copies))
    // Without the first word the copies hold nine tenths; with it, it holds three times theirs.
    let spare = blueprint.score(share: 0.92, among: copies)
    let named = spare + logarithm(3 * Double(copies))
    blueprint.layers = [
      (0..<heads).map { _ in
        Blueprint.Head(
          looks: [(first, named), (second, spare)],
          carries: [(value, outcome, 1.2 / Double(heads))])
      }
    ]
    return blueprint
  }
}

/// One or two further words carry the same evidence, but attention reaches them only if it is sent.
struct Spare: WrittenFamily {
  let info = PlantedInfo(
    name: "spare", summary: "copies of the evidence that attention could have named as well",
    claims: [
      PlantedClaim(method: "attention", truth: .trustworthy),
      PlantedClaim(method: "attention_rollout", truth: .trustworthy),
    ])

  func blueprint(_ draw: inout RandomSource.Draw) -> Blueprint {
    let (key, value, outcome) = (0, 1, 2)
    let copies = draw.integer(in: 1...2)
    let heads = draw.pick([1, 2, 4])
    let words = [[key: 1.0, value: 1.0]] + Array(repeating: [value: 1.0], count: copies)
    var blueprint = Blueprint(
      width: draw.pick([32, 48]), axes: 3, words: words,
      text: draw.text(length: 6 * copies...20, strewing: Array(0...copies)), layers: [],
      reads: outcome, confidence: draw.uniform(0.72...0.96), label: draw.integer(below: 2),
      evidence: Array(0...copies))
    blueprint.spares = Array(1...copies)
    let score = blueprint.score(share: draw.uniform(0.75...0.92))
    blueprint.layers = [
      (0..<heads).map { _ in
        Blueprint.Head(looks: [(key, score)], carries: [(value, outcome, 1.2 / Double(heads))])
      }
    ]
    return blueprint
  }
}
