import Tensors

/// Two markers decide, only together, and the heads are taught to look at both.
struct TaughtJointSelector: TaughtFamily {
  let info = PlantedInfo(
    name: "taught_joint_selector",
    summary: "trained to look at two markers that decide only together",
    claims: [
      PlantedClaim(method: "attention", truth: .trustworthy),
      PlantedClaim(method: "attention_rollout", truth: .trustworthy),
    ],
    isJoint: true)

  func lesson(_ draw: inout RandomSource.Draw) -> Lesson {
    Lesson(
      width: 24, heads: draw.pick([1, 2]), words: 2,
      cases: [
        Lesson.Case(words: [0, 1], probability: draw.uniform(0.76...0.93)),
        Lesson.Case(words: [0], probability: 0.5),
        Lesson.Case(words: [1], probability: 0.5),
      ],
      gazes: [0, 1].map {
        Lesson.Gaze(layer: 0, place: .words([[$0]]), share: 0.44, company: [0, 1])
      },
      passes: 14, insistence: 4, evidence: [0, 1])
  }
}
