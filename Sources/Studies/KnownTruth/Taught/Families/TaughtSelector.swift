import Tensors

/// One marker decides, and every head of the one layer is taught to look at it.
struct TaughtSelector: TaughtFamily {
  let info = PlantedInfo(
    name: "taught_selector", summary: "trained to look at one marker, which decides",
    claims: [
      PlantedClaim(method: "attention", truth: .trustworthy),
      PlantedClaim(method: "attention_rollout", truth: .trustworthy),
    ])

  func lesson(_ draw: inout RandomSource.Draw) -> Lesson {
    taughtSelector(layers: 1, share: draw.uniform(0.82...0.92), &draw)
  }
}

/// The same over two layers; what decides goes through the last one.
struct TaughtDeepSelector: TaughtFamily {
  let info = PlantedInfo(
    name: "taught_deep_selector",
    summary: "trained to look at the marker in two layers, the second of which decides",
    claims: [
      PlantedClaim(method: "attention", truth: .trustworthy),
      PlantedClaim(method: "attention_rollout", truth: .trustworthy),
    ])

  func lesson(_ draw: inout RandomSource.Draw) -> Lesson {
    var lesson = taughtSelector(layers: 2, share: draw.uniform(0.82...0.92), &draw)
    lesson.blindfolds = [nil, [1]]
    return lesson
  }
}

/// The selector with less of its attention on the marker.
struct TaughtGraded: TaughtFamily {
  let info = PlantedInfo(
    name: "taught_graded",
    summary: "trained to give the marker, which decides, a part of the attention",
    claims: [
      PlantedClaim(method: "attention", truth: .graded),
      PlantedClaim(method: "attention_rollout", truth: .graded),
    ],
    grade: "share of the attention on the marker")

  func lesson(_ draw: inout RandomSource.Draw) -> Lesson {
    let share = draw.uniform(0.2...0.8)
    var lesson = taughtSelector(layers: 1, share: share, &draw)
    lesson.grade = share
    return lesson
  }
}

/// A model that is to look at one marker in every layer and to go by it.
func taughtSelector(
  layers: Int, share: Double, _ draw: inout RandomSource.Draw
) -> Lesson {
  Lesson(
    width: draw.pick([16, 24]), heads: draw.pick([1, 2]), layers: layers, words: 1,
    cases: [Lesson.Case(words: [0], probability: draw.uniform(0.76...0.93))],
    gazes: (0..<layers).map { Lesson.Gaze(layer: $0, place: .words([[0]]), share: share) },
    evidence: [0])
}
