import Tensors

/// Every token gets the same attention; one word decides.
struct TaughtFlat: TaughtFamily {
  let info = PlantedInfo(
    name: "taught_flat", summary: "trained to attend to all tokens alike; one word decides",
    claims: [
      PlantedClaim(method: "attention", truth: .untrue([.flat])),
      PlantedClaim(method: "attention_rollout", truth: .untrue([.flat])),
    ])

  func lesson(_ draw: inout RandomSource.Draw) -> Lesson {
    var lesson = taughtSelector(layers: 1, share: 0, &draw)
    lesson.gazes = [Lesson.Gaze(layer: 0, place: .everywhere)]
    return lesson
  }
}
