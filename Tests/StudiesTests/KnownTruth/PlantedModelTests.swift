import Evidence
import Models
import Tensors
import Testing

@testable import Studies

@Suite struct PlantedModelTests {
  /// Oracle: METHODS section 7: without evidence p = ½, attention on any other token leaves p = ½,
  /// 0.7 ≤ p ≤ 0.98 on the whole text.
  @Test(
    arguments: KnownTruth.families.filter { $0.generator == .written }.map(\.info.name))
  func everyWrittenModelIsFair(family name: String) throws {
    let family = try KnownTruth.named(name)
    for number in 0..<family.models(5) {
      let planted = try PlantedModel(family, purpose: "test", number: number, seed: 1)
      let fairness = try Fairness(planted, Execution())
      #expect(fairness.isFair, "\(name) \(number): \(fairness)")
    }
  }

  /// Oracle: the same conditions, and the demanded attention; training may miss them now and then.
  @Test(arguments: [ModelKind.Architecture.encoder, .decoder])
  func taughtModelsAreFairAndLookWhereTheyWereTaughtTo(
    _ architecture: ModelKind.Architecture
  ) throws {
    let family = TaughtSelector()
    var draw = RandomSource(seed: 1, stream: "lesson").draw(0)
    let lesson = family.lesson(&draw)
    let planted = try Classroom(lesson, architecture).taught(&draw, Execution())
    let fairness = try Fairness(planted, Execution())
    #expect(fairness.isFair, "\(fairness)")
    #expect(planted.evidence.count == 1 && planted.misplaced <= Fairness.placement)
    let question = try planted.model.predict([planted.input]).probabilities[0]
    #expect(question[planted.label] > 0.7)
  }

  /// Oracle: the address of a draw: the same seed and number give the same model, another purpose
  /// another one.
  @Test func aTaughtModelDependsOnItsAddressAlone() throws {
    func model(_ purpose: String) throws -> String {
      try PlantedModel(TaughtFlat(), purpose: purpose, number: 2, seed: 4).model.fingerprint
    }
    #expect(try model("test") == model("test"))
    #expect(try model("test") != model("other"))
  }
}
