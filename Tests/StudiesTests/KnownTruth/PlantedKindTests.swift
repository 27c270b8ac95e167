import Attribution
import Evidence
import Models
import Tensors
import Testing

@testable import Studies

@Suite struct PlantedKindTests {
  /// A selector without noise in its attention, and its share.
  private func planted(
    _ kind: PlantedKind, share: Double, number: Int
  ) throws -> (PlantedModel, Blueprint) {
    var draw = RandomSource(seed: 3, stream: "kinds").draw(number)
    var blueprint: Blueprint
    repeat {
      blueprint = selector(layers: 1, share: share...share, &draw)
    } while !kind.form.fits(blueprint, kind.model.head)
    for head in blueprint.layers[0].indices { blueprint.layers[0][head].spread = 0 }
    return (try PlantedModel(blueprint, draw, kind: kind), blueprint)
  }

  /// Oracle: what a report calls a model is read off its card, without a word from the generator.
  @Test(arguments: PlantedKind.all.map(\.name))
  func modelsAreOfTheirKind(_ name: String) throws {
    let kind = try PlantedKind.named(name)
    let (planted, _) = try planted(kind, share: 0.8, number: 0)
    #expect(
      ModelKind(planted.model.card, count: planted.input.explained.count) == kind.model)
    let reader = planted.model.card.readOut.row(of: planted.input) ?? -1
    #expect(planted.input.special[reader] != kind.readsWord)
  }

  /// Oracle: the closed forms of the blueprint: the share of attention that its score is made for (what
  /// else stirs the scores is noise of 10⁻³ on the weights), and the planted probability, to float32.
  @Test(arguments: PlantedKind.all.map(\.name))
  func everyKindKeepsTheBlueprint(_ name: String) throws {
    let kind = try PlantedKind.named(name)
    for (number, share) in [0.5, 0.75, 0.92].enumerated() {
      let (planted, blueprint) = try planted(kind, share: share, number: number)
      let scores = try Question(planted.model, planted.input, execution: Execution())
        .explain(method: "attention").scores
      let marker = try #require(planted.input.explained.firstIndex(of: planted.evidence[0]))
      #expect(abs(Double(scores[marker]) - share) < 0.02, "\(name): \(scores[marker])")
      let fairness = try Fairness(planted, Execution())
      #expect(abs(fairness.confidence - blueprint.confidence) < 1e-4, "\(name): \(fairness)")
      #expect(fairness.isFair, "\(name): \(fairness)")
    }
  }

  /// Oracle: by hand: a removed word of evidence leaves a quantity at nought and a label at even odds,
  /// and the planted effect is as large in every unit.
  @Test(arguments: PlantedKind.all.map(\.name))
  func theEffectHasThePlantedSizeInTheKindsUnit(_ name: String) throws {
    let kind = try PlantedKind.named(name)
    let (planted, blueprint) = try planted(kind, share: 0.85, number: 7)
    let report = try planted.model.verify(
      planted.input, explanation: .method("attention"), checks: .named(["polarity"]),
      settings: planted.settings(), execution: Execution())
    let drops = try #require(
      report.checks.compactMap { $0.result.finding as? PolarityFinding }.first?.drops)
    for drop in drops {
      #expect(abs(abs(drop) - (blueprint.confidence - 0.5)) < 0.06, "\(name): \(drops)")
    }
  }

  /// Oracle: the message names what there is.
  @Test func anUnknownKindIsRefused() throws {
    let error = #expect(throws: AssayError.self) {
      try KnownTruth.calibrate(draws: 1, kinds: ["decoder.poetry"])
    }
    #expect(error?.description.contains("decoder.language_model") == true)
  }

  /// Oracle: the registry: a kind has every family that is planted in all of them, and its rows are its
  /// own.
  @Test func aCalibrationCanBeOfOneKind() throws {
    let calibration = try KnownTruth.calibrate(
      draws: 1, seed: 4, kinds: ["picture"], wrongMaps: false, execution: Execution(threads: 2))
    #expect(calibration.kinds.map(\.kind.name) == ["picture"])
    #expect(Set(calibration.rows.map(\.kind)) == ["picture"])
    #expect(calibration.families.count == calibration.rows.count / 2)
    #expect(calibration.families.allSatisfy { $0.info.name.hasSuffix(".picture") })
  }
}
