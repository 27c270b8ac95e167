import Tensors

/// Attention picks two or three words that decide only together.
///
/// Each head finds one marker and writes its value to an axis of its own; a rectified unit lets
/// the sum through only when no marker is missing: relu(Σ f_i − (m − 0.8) f).
struct JointSelector: WrittenFamily {
  let info = PlantedInfo(
    name: "joint_selector", summary: "attention picks two or three markers that are needed jointly",
    claims: [
      PlantedClaim(method: "attention", truth: .trustworthy),
      PlantedClaim(method: "attention_rollout", truth: .trustworthy),
    ],
    isJoint: true)

  func blueprint(_ draw: inout RandomSource.Draw) -> Blueprint {
    let markers = draw.integer(in: 2...3)
    let outcome = 3 * markers
    let share = draw.uniform(0.8...0.92)
    let gain = 1.2
    var blueprint = Blueprint(
      width: 48, axes: 3 * markers + 1, words: (0..<markers).map { [3 * $0: 1, 3 * $0 + 1: 1] },
      text: draw.text(length: 3 * markers...20, strewing: Array(0..<markers)), layers: [],
      reads: outcome, confidence: draw.uniform(0.72...0.96), label: draw.integer(below: 2),
      evidence: Array(0..<markers))
    blueprint.layers = [
      (0..<markers).map { marker in
        Blueprint.Head(
          looks: [(3 * marker, blueprint.score(share: share))],
          carries: [(3 * marker + 1, 3 * marker + 2, gain)])
      }
    ]
    let each = blueprint.normed(share * gain, axes: markers)
    blueprint.units = [
      Blueprint.Unit(
        reads: (0..<markers).map { (3 * $0 + 2, 1) }, bias: -(Double(markers) - 0.8) * each,
        writes: [(outcome, 1)])
    ]
    return blueprint
  }
}
