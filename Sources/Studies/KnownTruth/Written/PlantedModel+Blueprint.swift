import Models
import Tensors

extension PlantedModel {
  /// The model that a blueprint describes, with a text of that description.
  init(_ blueprint: Blueprint, _ draw: RandomSource.Draw) throws(AssayError) {
    var draw = draw
    let reserved = PlantedWeights.reserved
    let middle = blueprint.text.map { word in
      word.map { PlantedWeights.ordinary.upperBound + $0 }
        ?? draw.integer(
          in: PlantedWeights.ordinary.lowerBound...PlantedWeights.ordinary.upperBound - 1)
    }
    let ids = [reserved.start] + middle + [reserved.end]
    let input = Input(
      ids: ids, special: ids.indices.map { $0 == 0 || $0 == ids.count - 1 },
      vocabulary: Vocabulary(
        size: PlantedWeights.vocabularySize(blueprint), mask: reserved.mask, pad: reserved.pad,
        unknown: reserved.unknown, start: reserved.start, end: reserved.end))
    let evidence = blueprint.text.indices.filter { place in
      blueprint.text[place].map(blueprint.evidence.contains) ?? false
    }.map { $0 + 1 }
    let label = blueprint.label

    // The classifier is linear in its scale: one run at scale 1 tells the scale for the planted
    // confidence.
    let trial = try PlantedModel.model(blueprint, draw, readOutScale: 1)
    let logits = try trial.predict([input]).logits(0)
    let difference = Double(logits[label] - logits[1 - label])
    let wanted = logarithm(blueprint.confidence / (1 - blueprint.confidence))
    self.init(
      model: try PlantedModel.model(blueprint, draw, readOutScale: wanted / difference),
      input: input, ordinary: Array(PlantedWeights.ordinary), evidence: evidence, label: label,
      grade: blueprint.grade)
  }

  private static func model(
    _ blueprint: Blueprint, _ draw: RandomSource.Draw, readOutScale: Double
  ) throws(AssayError) -> Model {
    let weights = PlantedWeights(blueprint, draw, readOutScale: readOutScale)
    return try Model(
      Checkpoint(
        configuration: PlantedWeights.configuration(blueprint), tensors: weights.tensors,
        path: "planted model"))
  }
}
