import Tensors

/// The heads are taught to look at a word that says nothing; what little is left finds the
/// evidence.
struct TaughtDecoy: TaughtFamily {
  let info = PlantedInfo(
    name: "taught_decoy", summary: "trained to look at a word that says nothing",
    claims: [
      PlantedClaim(method: "attention", truth: .untrue([.decoy, .noEffect])),
      PlantedClaim(method: "attention_rollout", truth: .untrue([.decoy, .noEffect])),
    ])

  func lesson(_ draw: inout RandomSource.Draw) -> Lesson {
    let decided = draw.uniform(0.76...0.93)
    return Lesson(
      width: draw.pick([16, 24]), heads: draw.pick([1, 2]), words: 2,
      cases: [
        Lesson.Case(words: [0, 1], probability: decided),
        Lesson.Case(words: [0], probability: decided), Lesson.Case(words: [1], probability: 0.5),
      ],
      gazes: [
        Lesson.Gaze(layer: 0, place: .words([[1]]), share: draw.uniform(0.72...0.85))
      ],
      passes: 14, evidence: [0])
  }
}

/// The word that decides is kept off the map: it gets a thirtieth of the attention in every layer,
/// head and row, less than an even share, and decides nevertheless (after Pruthi et al. 2020). Most of
/// the rest stays on words, so that the map says something untrue rather than nothing.
struct Deceptive: TaughtFamily {
  let info = PlantedInfo(
    name: "deceptive", summary: "trained to keep attention off the word that decides",
    claims: [
      PlantedClaim(method: "attention", truth: .untrue([.decoy, .flat, .noEffect])),
      PlantedClaim(method: "attention_rollout", truth: .untrue([.decoy, .flat, .noEffect])),
    ])

  func lesson(_ draw: inout RandomSource.Draw) -> Lesson {
    let decided = draw.uniform(0.76...0.93)
    let layers = draw.integer(in: 1...2)
    return Lesson(
      width: draw.pick([16, 24]), heads: draw.pick([1, 2]), layers: layers, words: 1,
      cases: [Lesson.Case(words: [0], probability: decided)],
      gazes: (0..<layers).flatMap {
        [
          Lesson.Gaze(layer: $0, isEveryRow: true, place: .words([[0]]), share: 0.03),
          Lesson.Gaze(layer: $0, isEveryRow: true, place: .marks, share: 0.15),
        ]
      },
      passes: 16, evidence: [0])
  }
}
