import Attribution
import Evidence
import Models
import Tensors

/// A model whose truth is known because it was planted, with the one text it was written for.
package struct PlantedModel: Sendable {
  package let model: Model
  package let input: Input
  /// Ids of ordinary words, which mean nothing to the model; none where the input is a picture.
  package let ordinary: [Int]
  /// Positions of the words that the prediction rests on.
  package let evidence: [Int]
  /// Those of the evidence that attention could have named as well.
  package let spares: [Int]
  /// The score that is explained.
  package let label: Int
  /// The score that it is held against; nil where it stands for itself.
  package let rival: Int?
  /// How much of a quantity is much; nil for probabilities.
  package let scale: Double?
  /// How much of the truth was planted; nil in a family that is not graded.
  package let grade: Double?
  /// How far the attention is from where it was demanded, as a share; 0 where it is written.
  package let misplaced: Double
  /// The input with the evidence replaced by something neutral, once for every neutral thing.
  package let withoutEvidence: [Input]

  /// Draws a model of a family: the same seed and number give the same model.
  ///
  /// - Parameters:
  ///   - purpose: names the stream of random numbers, so that models for one purpose are never the
  ///     models for another.
  package init(
    _ family: any PlantedFamily, purpose: String, number: Int, seed: UInt64,
    execution: Execution = Execution()
  ) throws(AssayError) {
    var draw = RandomSource(seed: seed, stream: "planted.\(purpose).\(family.info.name)")
      .draw(number)
    self = try family.planted(&draw, execution)
  }

  init(
    model: Model, input: Input, ordinary: [Int], evidence: [Int], spares: [Int] = [], label: Int,
    rival: Int?, scale: Double? = nil, grade: Double?, misplaced: Double = 0,
    withoutEvidence: [Input]
  ) {
    self.model = model
    self.input = input
    self.ordinary = ordinary
    self.evidence = evidence
    self.spares = spares
    self.label = label
    self.rival = rival
    self.scale = scale
    self.grade = grade
    self.misplaced = misplaced
    self.withoutEvidence = withoutEvidence
  }

  /// Settings under which a removed word is replaced by ordinary ones, and a quantity has its scale.
  package func settings(_ base: Settings = Settings()) -> Settings {
    var settings = base
    settings.fillIns = ordinary.isEmpty ? base.fillIns : ordinary
    settings.scale = scale ?? base.scale
    return settings
  }

  /// How much a prediction says for the planted label in the verdict's unit of effect, ½ where it says
  /// nothing: the label's probability, its share of what it and its rival have, or ½ and the quantity
  /// as a share of its scale.
  ///
  /// - Parameter probabilities: as `predict` gives them; a regression's are its scores.
  package func support(_ probabilities: [Double]) -> Double {
    let own = probabilities[label]
    if let scale { return 0.5 + own / scale }
    guard let rival, model.card.labels.isEmpty else { return own }
    return own / (own + probabilities[rival])
  }
}
