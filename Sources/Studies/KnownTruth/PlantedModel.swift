import Attribution
import Evidence
import Models
import Tensors

/// A model whose truth is known because somebody wrote it, with the one text it was written for.
package struct PlantedModel: Sendable {
  package let model: Model
  package let input: Input
  /// Ids of ordinary words, which mean nothing to the model.
  package let ordinary: [Int]
  /// Positions of the words that the prediction rests on.
  package let evidence: [Int]
  package let label: Int
  /// How much of the truth was planted; nil in a family that is not graded.
  package let grade: Double?

  /// Draws a model of a family: the same seed and number give the same model.
  ///
  /// - Parameters:
  ///   - purpose: names the stream of random numbers, so that models for one purpose are never the
  ///     models for another.
  package init(
    _ family: any PlantedFamily, purpose: String, number: Int, seed: UInt64
  ) throws(AssayError) {
    var draw = RandomSource(seed: seed, stream: "planted.\(purpose).\(family.info.name)")
      .draw(number)
    let blueprint = family.blueprint(&draw)
    try self.init(blueprint, draw)
  }

  init(_ blueprint: Blueprint, _ draw: RandomSource.Draw) throws(AssayError) {
    var draw = draw
    let reserved = PlantedWeights.reserved
    let middle = blueprint.text.map { word in
      word.map { PlantedWeights.ordinary.upperBound + $0 }
        ?? draw.integer(
          in: PlantedWeights.ordinary.lowerBound...PlantedWeights.ordinary.upperBound - 1)
    }
    let ids = [reserved.start] + middle + [reserved.end]
    input = Input(
      ids: ids, special: ids.indices.map { $0 == 0 || $0 == ids.count - 1 },
      vocabulary: Vocabulary(
        size: PlantedWeights.vocabularySize(blueprint), mask: reserved.mask, pad: reserved.pad,
        unknown: reserved.unknown, start: reserved.start, end: reserved.end))
    ordinary = Array(PlantedWeights.ordinary)
    evidence = blueprint.text.indices.filter { place in
      blueprint.text[place].map(blueprint.evidence.contains) ?? false
    }.map { $0 + 1 }
    label = blueprint.label
    grade = blueprint.grade

    // The classifier is linear in its scale: one run at scale 1 tells the scale for the planted
    // confidence.
    let trial = try PlantedModel.model(blueprint, draw, readOutScale: 1)
    let logits = try trial.predict([input]).logits(0)
    let difference = Double(logits[label] - logits[1 - label])
    let wanted = logarithm(blueprint.confidence / (1 - blueprint.confidence))
    model = try PlantedModel.model(blueprint, draw, readOutScale: wanted / difference)
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

  /// Settings under which a removed word is replaced by ordinary ones.
  package func settings(_ base: Settings = Settings()) -> Settings {
    var settings = base
    settings.fillIns = ordinary
    return settings
  }
}
