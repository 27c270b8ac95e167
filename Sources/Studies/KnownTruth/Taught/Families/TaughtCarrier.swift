import Tensors

/// In layer 1 every token looks at the marker; in layer 2 the read-out looks at a carrier.
struct TaughtCarrier: TaughtFamily {
  let info = PlantedInfo(
    name: "taught_carrier",
    summary: "trained to move the evidence in layer 1 and to look at a carrier in layer 2",
    claims: [
      PlantedClaim(method: "attention", truth: .untrue([.decoy, .noEffect])),
      PlantedClaim(method: "attention_rollout", truth: .trustworthy),
    ])

  func lesson(_ draw: inout RandomSource.Draw) -> Lesson {
    let decided = draw.uniform(0.76...0.93)
    return Lesson(
      width: draw.pick([16, 24]), heads: draw.pick([1, 2]), layers: 2, words: 2,
      cases: [
        Lesson.Case(words: [0, 1], probability: decided),
        Lesson.Case(words: [0], probability: decided), Lesson.Case(words: [1], probability: 0.5),
      ],
      gazes: [
        Lesson.Gaze(
          layer: 0, isEveryRow: true, place: .words([[0]]), share: draw.uniform(0.88...0.95)),
        Lesson.Gaze(layer: 1, place: .words([[1]]), share: draw.uniform(0.78...0.88)),
      ],
      evidence: [0])
  }
}
