import Tensors

/// Any one of two or three words suffices, and attention names them all alike.
///
/// Of what the heads bring, x, only what lies between 0.2 and 0.6 of what all copies bring counts:
/// relu(x − 0.2 x₀) − relu(x − 0.6 x₀). One copy less changes nothing, and noise is no evidence.
struct AllCopies: WrittenFamily {
  let info = PlantedInfo(
    name: "all_copies",
    summary: "attention names every copy of the evidence, of which one suffices",
    claims: [
      PlantedClaim(method: "attention", truth: .trustworthy),
      PlantedClaim(method: "attention_rollout", truth: .trustworthy),
    ],
    namesSet: true)

  func blueprint(_ draw: inout RandomSource.Draw) -> Blueprint {
    let (key, value, brought, outcome) = (0, 1, 2, 3)
    let copies = draw.integer(in: 2...3)
    let heads = draw.pick([1, 2, 4])
    let share = draw.uniform(0.8...0.92)
    let gain = 1.2
    var blueprint = Blueprint(
      width: draw.pick([32, 48]), axes: 4,
      words: Array(repeating: [key: 1.0, value: 1.0], count: copies),
      text: draw.text(length: 3 * copies...20, strewing: Array(0..<copies)), layers: [],
      reads: outcome, confidence: draw.uniform(0.72...0.96), label: draw.integer(below: 2),
      evidence: Array(0..<copies))
    let score = blueprint.score(share: share, among: copies)
    blueprint.layers = [
      (0..<heads).map { _ in
        Blueprint.Head(
          looks: [(key, score)], carries: [(value, brought, gain / Double(heads))], spread: 0.05)
      }
    ]
    let all = blueprint.normed(share * gain)
    blueprint.units = [
      Blueprint.Unit(reads: [(brought, 1)], bias: -0.2 * all, writes: [(outcome, 2)]),
      Blueprint.Unit(reads: [(brought, 1)], bias: -0.6 * all, writes: [(outcome, -2)]),
    ]
    return blueprint
  }
}
