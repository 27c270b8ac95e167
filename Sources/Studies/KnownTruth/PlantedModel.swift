import Attribution
import Evidence
import Models
import Tensors

/// A model whose truth is known because it was planted, with the one text it was written for.
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
  /// How far the attention is from where it was demanded, as a share; 0 where it is written.
  package let misplaced: Double

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
    model: Model, input: Input, ordinary: [Int], evidence: [Int], label: Int, grade: Double?,
    misplaced: Double = 0
  ) {
    self.model = model
    self.input = input
    self.ordinary = ordinary
    self.evidence = evidence
    self.label = label
    self.grade = grade
    self.misplaced = misplaced
  }

  /// Settings under which a removed word is replaced by ordinary ones.
  package func settings(_ base: Settings = Settings()) -> Settings {
    var settings = base
    settings.fillIns = ordinary
    return settings
  }
}
