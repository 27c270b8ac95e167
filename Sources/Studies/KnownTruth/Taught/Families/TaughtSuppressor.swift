import Tensors

/// The heads are taught to look at a word that argues against the label; what they see beside it
/// outweighs it.
struct TaughtSuppressor: TaughtFamily {
  let info = PlantedInfo(
    name: "taught_suppressor",
    summary: "trained to look at a word that argues against the prediction",
    claims: [
      PlantedClaim(method: "attention", truth: .untrue([.polarity])),
      PlantedClaim(method: "attention_rollout", truth: .untrue([.polarity])),
    ])

  func lesson(_ draw: inout RandomSource.Draw) -> Lesson {
    Lesson(
      width: 24, heads: draw.pick([1, 2]), words: 2,
      cases: [
        Lesson.Case(words: [0, 1], probability: draw.uniform(0.76...0.84)),
        Lesson.Case(words: [0], probability: draw.uniform(0.12...0.25)),
        Lesson.Case(words: [1], probability: 0.96),
      ],
      gazes: [
        Lesson.Gaze(layer: 0, place: .words([[0]]), share: draw.uniform(0.82...0.9))
      ],
      evidence: [0, 1])
  }
}
