import Tensors

/// Two words say the same; the heads are taught to look at one, and at the other when it is alone.
struct TaughtRedundant: TaughtFamily {
  let info = PlantedInfo(
    name: "taught_redundant",
    summary: "trained to look at one of two words that say the same",
    claims: [
      PlantedClaim(method: "attention", truth: .partial([.backedUp])),
      PlantedClaim(method: "attention_rollout", truth: .partial([.backedUp])),
    ])

  func lesson(_ draw: inout RandomSource.Draw) -> Lesson {
    let decided = draw.uniform(0.76...0.93)
    return Lesson(
      width: draw.pick([16, 24]), heads: draw.pick([1, 2]), words: 2,
      cases: [[0, 1], [0], [1]].map { Lesson.Case(words: $0, probability: decided) },
      gazes: [
        Lesson.Gaze(layer: 0, place: .words([[0], [1]]), share: draw.uniform(0.8...0.9))
      ],
      evidence: [0, 1])
  }
}
